/**
 * From a query as it was asked to one that a store may run: bounded, allowlisted, typed.
 */
import { InvalidQueryError } from '../projections.errors';
import type { FieldType, IndexDefinition } from '../search-index.port';
import {
  decodeCursor,
  type SearchFilter,
  type SearchPlace,
  type SearchQuery,
} from './search-query';
import { type QueryTerm, queryTerms } from './words';

const MAX_TEXT_UNITS = 200;
const MAX_TERMS = 16;
const MAX_FILTERS = 20;
const MAX_IN_VALUES = 100;
const MAX_LIMIT = 200;
const MAX_FACETS = 8;

/** A query that passed: every field it names is in the definition and of a type that fits. */
export interface CheckedSearchQuery {
  readonly terms: readonly QueryTerm[];
  readonly filters: readonly SearchFilter[];
  readonly sortField: string;
  readonly descending: boolean;
  readonly limit: number;
  /** Only documents behind this place, in the order of the sort. */
  readonly after: SearchPlace | undefined;
  readonly facets: readonly string[];
}

/**
 * Checks a query against its index. Without a sort the first sort field, newest first.
 *
 * @throws InvalidQueryError names what is not allowed
 */
export const checkSearchQuery = (
  definition: IndexDefinition,
  query: SearchQuery,
): CheckedSearchQuery => {
  const refuse: Refuse = (what) => {
    throw new InvalidQueryError(definition.name, what);
  };
  const terms = checkedTerms(query.text ?? '', refuse);
  const filters = query.filters ?? [];
  if (filters.length > MAX_FILTERS) refuse(`more than ${MAX_FILTERS} filters`);
  for (const filter of filters) {
    const problem = filterProblem(definition, filter);
    if (problem !== undefined) refuse(problem);
  }
  const sortField = query.sort?.field ?? definition.sorts[0];
  if (!definition.sorts.includes(sortField)) refuse('sort names a field that has no order');
  if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > MAX_LIMIT) {
    refuse(`limit is not 1 to ${MAX_LIMIT}`);
  }
  return {
    terms,
    filters,
    sortField,
    descending: query.sort?.direction !== 'asc',
    limit: query.limit,
    after: query.cursor === undefined ? undefined : place(query.cursor, refuse),
    facets: checkedFacets(definition, query.facets ?? [], refuse),
  };
};

type Refuse = (what: string) => never;

const checkedTerms = (text: string, refuse: Refuse): readonly QueryTerm[] => {
  if (text.length > MAX_TEXT_UNITS) return refuse(`text is longer than ${MAX_TEXT_UNITS}`);
  const terms = queryTerms(text);
  return terms.length > MAX_TERMS ? refuse(`text has more than ${MAX_TERMS} words`) : terms;
};

const filterProblem = (definition: IndexDefinition, filter: SearchFilter): string | undefined => {
  const { field } = filter;
  const type = definition.fields[field];
  if (type === undefined || !definition.filters.includes(field)) {
    return 'a filter names a field that is not filtered by';
  }
  switch (filter.kind) {
    case 'eq':
      return fits(type, filter.value) ? undefined : `${field} is a ${type}`;
    case 'in': {
      const count = filter.values.length;
      if (count < 1 || count > MAX_IN_VALUES)
        return `${field} has not 1 to ${MAX_IN_VALUES} values`;
      return filter.values.every((value) => fits(type, value))
        ? undefined
        : `${field} is a ${type}`;
    }
    case 'range': {
      if (type !== 'long' && type !== 'date') return `${field} has no order`;
      const bounds = [filter.from, filter.to, filter.before];
      const whole = bounds.every((bound) => bound === undefined || Number.isSafeInteger(bound));
      return whole ? undefined : `a bound of ${field} is no whole number`;
    }
  }
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const CONTROL = /[\u0000-\u001f]/;

const fits = (type: FieldType, value: string | number | boolean): boolean => {
  if (type === 'keyword') {
    return (
      typeof value === 'string' && value !== '' && value.length <= 1_000 && !CONTROL.test(value)
    );
  }
  if (type === 'boolean') return typeof value === 'boolean';
  return Number.isSafeInteger(value);
};

const place = (cursor: string, refuse: Refuse): SearchPlace =>
  decodeCursor(cursor) ?? refuse('the cursor is malformed');

const checkedFacets = (
  definition: IndexDefinition,
  facets: readonly string[],
  refuse: Refuse,
): readonly string[] => {
  if (facets.length > MAX_FACETS) return refuse(`more than ${MAX_FACETS} facets`);
  const allowed = facets.every(
    (field) => definition.fields[field] === 'keyword' && definition.filters.includes(field),
  );
  return allowed ? [...new Set(facets)] : refuse('a facet names a field that is not counted by');
};
