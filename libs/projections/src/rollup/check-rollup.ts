/**
 * Rules for rollups: definitions, increments, queries.
 */
import type { RollupDefinition, RollupIncrement, RollupQuery } from '../analytics-store.port';
import {
  InvalidChangeError,
  InvalidDefinitionError,
  InvalidQueryError,
} from '../projections.errors';
import { isViewName } from '../search/index-definition';

const MAX_LIMIT = 10_000;
const MAX_FILTER_VALUES = 100;
const DIMENSION_UNITS = 200;
const RESERVED: ReadonlySet<string> = new Set(['bucket', 'row']);
// biome-ignore lint/suspicious/noControlCharactersInRegex: they separate values in a store
const CONTROL = /[\u0000-\u001f]/;

/** @throws InvalidDefinitionError names what breaks the rules of `RollupDefinition` */
export const checkRollupDefinition = (definition: RollupDefinition): void => {
  const { name, bucketMs, dimensions, measures } = definition;
  const columns = [...dimensions, ...measures];
  const refuse = (what: string): never => {
    throw new InvalidDefinitionError(name, what);
  };
  if (!isViewName(name)) refuse('its name is not allowed');
  if (!Number.isSafeInteger(bucketMs) || bucketMs <= 0) refuse('bucketMs is not above 0');
  if (dimensions.length < 1 || dimensions.length > 8) refuse('it has not 1 to 8 dimensions');
  if (measures.length < 1 || measures.length > 8) refuse('it has not 1 to 8 measures');
  if (new Set(columns).size !== columns.length) refuse('a column is named twice');
  for (const column of columns) {
    if (!isViewName(column) || RESERVED.has(column)) refuse(`column ${column} is not allowed`);
  }
};

/** @throws InvalidChangeError names what does not fit, never a value */
export const checkIncrement = (definition: RollupDefinition, increment: RollupIncrement): void => {
  const { atMs, dimensions, measures } = increment;
  const fits =
    Number.isSafeInteger(atMs) &&
    dimensions.length === definition.dimensions.length &&
    measures.length === definition.measures.length &&
    measures.every(Number.isSafeInteger);
  if (!fits) throw new InvalidChangeError(definition.name, 'an increment does not fit the rollup');
  for (const value of dimensions) {
    if (value === '' || value.length > DIMENSION_UNITS || CONTROL.test(value)) {
      throw new InvalidChangeError(definition.name, 'a dimension is malformed');
    }
  }
};

/** @throws InvalidQueryError names what is not allowed */
export const checkRollupQuery = (definition: RollupDefinition, query: RollupQuery): void => {
  const refuse = (what: string): never => {
    throw new InvalidQueryError(definition.name, what);
  };
  const { fromMs, toMs, bucketMs, limit } = query;
  if (!Number.isSafeInteger(fromMs) || !Number.isSafeInteger(toMs)) refuse('from or to is no time');
  if (!Number.isSafeInteger(bucketMs) || bucketMs <= 0 || bucketMs % definition.bucketMs !== 0) {
    refuse(`bucket is no multiple of ${definition.bucketMs} ms`);
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    refuse(`limit is not 1 to ${MAX_LIMIT}`);
  }
  const filters = Object.entries(query.filters ?? {});
  for (const field of [...query.groupBy, ...filters.map(([field]) => field)]) {
    if (!definition.dimensions.includes(field)) refuse('a field is no dimension');
  }
  for (const [field, values] of filters) {
    const bounded = values.length >= 1 && values.length <= MAX_FILTER_VALUES;
    if (!bounded) refuse(`${field} has not 1 to ${MAX_FILTER_VALUES} values`);
    if (values.some((value) => value === '' || CONTROL.test(value)))
      refuse(`${field} is malformed`);
  }
};

/** Start of the bucket that holds an instant; for instants before 1970 too. */
export const bucketStart = (atMs: number, bucketMs: number): number =>
  Math.floor(atMs / bucketMs) * bucketMs;
