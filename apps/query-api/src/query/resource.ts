/**
 * From documents and rows to what clients see: instants as RFC 3339 in UTC, nothing that is null.
 */
import type { FoundDocument, IndexDefinition, JsonObject, JsonValue } from '@millrace/projections';

/** A document as a resource: its fields with instants as text, and its version. */
export const documentResource = (
  definition: IndexDefinition,
  document: FoundDocument,
): JsonObject => {
  const resource: Record<string, JsonValue> = {};
  for (const [name, type] of Object.entries(definition.fields)) {
    const value = document.fields[name];
    if (value === undefined || value === null) continue;
    resource[name] = type === 'date' && typeof value === 'number' ? instantText(value) : value;
  }
  resource['version'] = document.version;
  return resource;
};

/** A value with each number `…Ms` as the instant `…`, at every depth. */
export const withInstants = (value: JsonValue): JsonValue => {
  if (isList(value)) return value.map(withInstants);
  if (typeof value !== 'object' || value === null) return value;
  const shown: Record<string, JsonValue> = {};
  for (const [name, field] of Object.entries(value)) {
    if (name.endsWith('Ms') && typeof field === 'number') {
      shown[name.slice(0, -2)] = instantText(field);
    } else {
      shown[name] = withInstants(field);
    }
  }
  return shown;
};

// Array.isArray alone does not narrow readonly arrays.
const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);

/** RFC 3339 in UTC with milliseconds. */
export const instantText = (epochMs: number): string => new Date(epochMs).toISOString();
