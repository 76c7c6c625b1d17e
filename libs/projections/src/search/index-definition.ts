/**
 * Rules for index definitions, and what follows from one.
 */
import { InvalidDefinitionError } from '../projections.errors';
import type { FieldType, IndexDefinition } from '../search-index.port';

const NAME = /^[a-z][a-zA-Z0-9]{0,39}$/;
const RESERVED: ReadonlySet<string> = new Set(['key', 'version', 'words', 'body']);
const FILTER_TYPES: ReadonlySet<FieldType> = new Set(['keyword', 'long', 'date', 'boolean']);
const SORT_TYPES: ReadonlySet<FieldType> = new Set(['long', 'date']);
const WORD_TYPES: ReadonlySet<FieldType> = new Set(['keyword', 'text']);

/** Far below the bound on a document's words, so that a keyword's word is always there. */
const MAX_KEYWORD_WORDS = 20;

/**
 * Whether `text` may name a view, field, dimension or measure: `a-z`, then `a-zA-Z0-9`, <= 40.
 * Such a name is safe as a quoted identifier in every store.
 */
export const isViewName = (text: string): boolean => NAME.test(text);

/**
 * Refuses a definition that breaks the rules of `IndexDefinition`.
 *
 * @throws InvalidDefinitionError names the field
 */
export const checkIndexDefinition = (definition: IndexDefinition): void => {
  const { name, fields } = definition;
  if (!isViewName(name)) throw new InvalidDefinitionError(name, 'its name is not allowed');
  for (const field of Object.keys(fields)) {
    if (!isViewName(field) || RESERVED.has(field)) {
      throw new InvalidDefinitionError(name, `field name ${field} is not allowed`);
    }
  }
  requireTypes(definition, 'words', WORD_TYPES);
  requireTypes(definition, 'filters', FILTER_TYPES);
  requireTypes(definition, 'sorts', SORT_TYPES);
  const keywords = definition.words.filter((field) => fields[field] === 'keyword');
  if (keywords.length > MAX_KEYWORD_WORDS) {
    throw new InvalidDefinitionError(name, `words: more than ${MAX_KEYWORD_WORDS} keyword fields`);
  }
  for (const field of definition.selective) {
    if (!definition.filters.includes(field)) {
      throw new InvalidDefinitionError(name, `selective field ${field} is not in filters`);
    }
  }
};

/** Fields that a store keeps beside the document to filter and sort by: filters, then sorts. */
export const queryableFields = (definition: IndexDefinition): readonly string[] => [
  ...new Set([...definition.filters, ...definition.sorts]),
];

const requireTypes = (
  definition: IndexDefinition,
  list: 'words' | 'filters' | 'sorts',
  allowed: ReadonlySet<FieldType>,
): void => {
  for (const field of definition[list]) {
    const type = definition.fields[field];
    if (type === undefined || !allowed.has(type)) {
      const found = type ?? 'unknown';
      throw new InvalidDefinitionError(definition.name, `${list}: field ${field} is ${found}`);
    }
  }
};
