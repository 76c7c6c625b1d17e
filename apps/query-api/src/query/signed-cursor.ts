/**
 * Cursors that cannot be made up: a store's cursor, bound to the query that it came from by a MAC.
 * A tampered cursor, or one of another query, is refused instead of giving a page of nonsense.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { ProblemError } from '@millrace/platform';
import { queryProblems } from '../query-api.errors';

/** Nest token of the key: at least 32 random bytes, the same for all processes of an installation. */
export const CURSOR_KEY = Symbol('CursorKey');

const MAC_BYTES = 16;

/** Signs and opens cursors. */
export class SignedCursors {
  constructor(private readonly key: Buffer) {}

  /**
   * The cursor as clients get it.
   *
   * @param scope says which query this is: its route and parameters, limit and cursor aside
   */
  sign(cursor: string, scope: string): string {
    return `${cursor}.${this.#mac(cursor, scope).toString('base64url')}`;
  }

  /**
   * The store's cursor.
   *
   * @throws ProblemError QUERY_CURSOR_INVALID (400): not signed by this key for this query
   */
  open(signed: string, scope: string): string {
    const dot = signed.lastIndexOf('.');
    const cursor = signed.slice(0, Math.max(0, dot));
    const given = Buffer.from(signed.slice(dot + 1), 'base64url');
    const expected = this.#mac(cursor, scope);
    if (dot > 0 && given.length === MAC_BYTES && timingSafeEqual(given, expected)) return cursor;
    const detail = 'take the cursor as `next` gave it, with the same query; else begin anew';
    throw new ProblemError(queryProblems.QUERY_CURSOR_INVALID, detail, {
      errors: [{ in: 'query', pointer: '/cursor', code: 'CURSOR_INVALID', detail }],
    });
  }

  #mac(cursor: string, scope: string): Buffer {
    const text = `${scope.length}:${scope}${cursor}`;
    return createHmac('sha256', this.key).update(text).digest().subarray(0, MAC_BYTES);
  }
}

/** Scope of a query: its name and every parameter that decides which documents it finds. */
export const queryScope = (name: string, query: Readonly<Record<string, unknown>>): string => {
  const { limit: _limit, cursor: _cursor, ...rest } = query;
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  return JSON.stringify([name, given.sort(([a], [b]) => (a < b ? -1 : 1))]);
};
