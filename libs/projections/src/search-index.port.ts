/**
 * Documents found by text and fields. Adapters: in process, Postgres (PGlite), Elasticsearch.
 */
import type { SearchQuery } from './search/search-query';
import type { JsonObject, ViewStore } from './view-store.port';

/** `date` is ms since 1970 UTC, `long` a safe integer; `json` is kept, never queried. */
export type FieldType = 'keyword' | 'text' | 'long' | 'date' | 'boolean' | 'json';

/** What an index holds and what may be asked of it. Names: `a-z`, then `a-zA-Z0-9`, <= 40. */
export interface IndexDefinition {
  /** Name of the view. */
  readonly name: string;
  readonly fields: Readonly<Record<string, FieldType>>;
  /**
   * Fields found by text: a `text` field word by word, a `keyword` field as one word.
   * Case and accents make no difference.
   */
  readonly words: readonly string[];
  /** Fields that filters, ranges and facets may name (not `text`, not `json`). */
  readonly filters: readonly string[];
  /** Of `filters`, those where a filter finds few documents: they get an index of their own. */
  readonly selective: readonly string[];
  /** Fields (`long`, `date`) to sort by; every document must have them. The first is the default. */
  readonly sorts: readonly [string, ...string[]];
}

/** A whole document, or its tombstone: a tombstone keeps its version, so that nothing rises again. */
export interface VersionedDocument {
  /** 1 to 200 characters; stays the same over all versions. */
  readonly key: string;
  /** Rises with each change of the document; an older or equal version loses. Safe integer >= 0. */
  readonly version: number;
  /** Fields of the definition (absent = null); undefined = deleted. */
  readonly fields: JsonObject | undefined;
}

/** A document as a query gives it. */
export interface FoundDocument {
  readonly key: string;
  readonly version: number;
  readonly fields: JsonObject;
}

/** How often a value occurs among the hits. */
export interface FacetCount {
  readonly value: string;
  readonly count: number;
}

/** Answer of a search. */
export interface SearchResult {
  /** In the order of the query's sort; equal values by key. */
  readonly documents: readonly FoundDocument[];
  /** By facet field: most frequent first, at most 20, over the first 10,000 hits. */
  readonly facets: Readonly<Record<string, readonly FacetCount[]>>;
  /** Cursor of the next page; absent when this was the last. */
  readonly next?: string;
}

/** Nest token. */
export const SEARCH_INDEX = Symbol('SearchIndex');

/** An index of one definition. `rows`: key, then version and fields as JSON. */
export interface SearchIndex extends ViewStore<VersionedDocument> {
  readonly definition: IndexDefinition;
  /** On the live generation. @throws InvalidQueryError a field, value, limit or cursor is not allowed */
  search(query: SearchQuery): Promise<SearchResult>;
  /** The document of the live generation; undefined when unknown or deleted. */
  get(key: string): Promise<FoundDocument | undefined>;
}
