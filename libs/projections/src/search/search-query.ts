/**
 * Queries of a search index: own small type, no query language, everything allowlisted.
 */
import type { JsonValue } from '../view-store.port';

/** A condition; several are combined by and. */
export type SearchFilter =
  | { readonly kind: 'eq'; readonly field: string; readonly value: string | number | boolean }
  | { readonly kind: 'in'; readonly field: string; readonly values: readonly (string | number)[] }
  | {
      readonly kind: 'range';
      readonly field: string;
      /** Inclusive. */
      readonly from?: number;
      /** Inclusive. */
      readonly to?: number;
      /** Exclusive. */
      readonly before?: number;
    };

/** A search. */
export interface SearchQuery {
  /** All words have to occur, the last one as a prefix. <= 200 characters, <= 16 words. */
  readonly text?: string;
  /** At most 20; `in` has 1 to 100 values. */
  readonly filters?: readonly SearchFilter[];
  readonly sort?: { readonly field: string; readonly direction: 'asc' | 'desc' };
  /** 1 to 200. */
  readonly limit: number;
  /** `next` of the page before, with the same query otherwise. */
  readonly cursor?: string;
  /** Fields of `filters` of type keyword, at most 8. */
  readonly facets?: readonly string[];
}

/** Place in a sorted result: value of the sort field and key of the last document given. */
export interface SearchPlace {
  readonly value: number;
  readonly key: string;
}

/** Opaque text of a place. */
export const encodeCursor = (place: SearchPlace): string =>
  Buffer.from(JSON.stringify([place.value, place.key]), 'utf8').toString('base64url');

/** @returns undefined when the text is no cursor */
export const decodeCursor = (cursor: string): SearchPlace | undefined => {
  const parsed = parsedOrUndefined(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (!Array.isArray(parsed) || parsed.length !== 2) return undefined;
  const value: unknown = parsed[0];
  const key: unknown = parsed[1];
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return undefined;
  return typeof key === 'string' ? { value, key } : undefined;
};

const parsedOrUndefined = (text: string): JsonValue | undefined => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
