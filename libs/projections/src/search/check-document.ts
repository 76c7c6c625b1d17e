/**
 * Whether a document fits its index definition.
 */
import { InvalidChangeError } from '../projections.errors';
import type { FieldType, IndexDefinition, VersionedDocument } from '../search-index.port';
import type { JsonObject, JsonValue } from '../view-store.port';

const KEYWORD_UNITS = 1_000;
/** Control characters separate values on their way into a store, so no key or keyword holds one. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f]/;

/**
 * Refuses a document that the definition does not allow.
 *
 * @throws InvalidChangeError names the field, never its value
 */
export const checkDocument = (definition: IndexDefinition, document: VersionedDocument): void => {
  const { key, version, fields } = document;
  if (key === '' || key.length > 200 || CONTROL.test(key)) refuse(definition, 'a key is malformed');
  if (!Number.isSafeInteger(version) || version < 0) refuse(definition, 'a version is malformed');
  if (fields === undefined) return;
  checkFields(definition, fields);
  for (const sort of definition.sorts) {
    if (typeof fields[sort] !== 'number') refuse(definition, `field ${sort} is missing`);
  }
};

const checkFields = (definition: IndexDefinition, fields: JsonObject): void => {
  for (const field in fields) {
    const value = fields[field];
    if (value === undefined || value === null) continue;
    const type = definition.fields[field];
    if (type === undefined) refuse(definition, `field ${field} is not defined`);
    else if (!fits(type, value)) refuse(definition, `field ${field} is no ${type}`);
  }
};

const fits = (type: FieldType, value: JsonValue): boolean => {
  switch (type) {
    case 'keyword':
      return typeof value === 'string' && value.length <= KEYWORD_UNITS && !CONTROL.test(value);
    case 'text':
      return typeof value === 'string';
    case 'long':
    case 'date':
      return Number.isSafeInteger(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'json':
      return true;
  }
};

const refuse = (definition: IndexDefinition, what: string): never => {
  throw new InvalidChangeError(definition.name, what);
};
