/**
 * The headers that make a command safe to repeat and safe against lost updates.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { containsCardNumber } from '@millrace/payments';
import { ProblemError } from '@millrace/platform';
import { commandProblems } from './command-api.errors';

/** What a command's headers ask for. */
export interface CommandHeaders {
  /** 1 to 255 visible ASCII characters. */
  readonly idempotencyKey?: string;
  /** Version that the aggregate must have; 0: it must not exist; 'any': it must exist. */
  readonly expected?: number | 'any';
}

const KEY = /^[\x21-\x7e]{1,255}$/;
const ETAG = /^"(\d{1,15})"$/;

/**
 * Reads `Idempotency-Key`, `If-Match` and `If-None-Match`.
 *
 * @throws ProblemError IDEMPOTENCY_KEY_INVALID, IF_MATCH_INVALID (400): one strong ETag as this API
 *   gives them, or `*`; a weak or foreign one never matches, so it is said at once
 */
export const commandHeaders = (headers: IncomingHttpHeaders): CommandHeaders => {
  const key = single(headers['idempotency-key']);
  if (key !== undefined && (!KEY.test(key) || containsCardNumber(key))) {
    const detail = 'the key is 1 to 255 visible ASCII characters and holds no card number';
    throw new ProblemError(commandProblems.IDEMPOTENCY_KEY_INVALID, detail);
  }
  const expected = expectedVersion(headers);
  return {
    ...(key === undefined ? {} : { idempotencyKey: key }),
    ...(expected === undefined ? {} : { expected }),
  };
};

/** @throws ProblemError IDEMPOTENCY_KEY_MISSING (400) */
export const requiredKey = (headers: CommandHeaders): string => {
  if (headers.idempotencyKey !== undefined) return headers.idempotencyKey;
  const detail = 'every POST carries an Idempotency-Key, so that it can be repeated safely';
  throw new ProblemError(commandProblems.IDEMPOTENCY_KEY_MISSING, detail);
};

/** The strong ETag of a version. */
export const etagOf = (version: number): string => `"${version}"`;

/** Whether an `If-None-Match` of a read names this version. Source: RFC 9110, section 13.1.2. */
export const isNotModified = (headers: IncomingHttpHeaders, version: number): boolean => {
  const given = headers['if-none-match'];
  if (given === undefined) return false;
  const tags = given.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etagOf(version));
};

const expectedVersion = (headers: IncomingHttpHeaders): number | 'any' | undefined => {
  const match = headers['if-match'];
  const noneMatch = headers['if-none-match'];
  if (noneMatch === '*' && match === undefined) return 0;
  if (noneMatch === undefined && match === undefined) return undefined;
  if (noneMatch === undefined && match === '*') return 'any';
  const version = ETAG.exec(match ?? '')?.[1];
  // "0" is no version of anything that exists, while the runtime reads 0 as "must not exist".
  if (noneMatch === undefined && version !== undefined && Number(version) > 0) {
    return Number(version);
  }
  const detail = 'If-Match takes one ETag of this API or *, If-None-Match takes * alone';
  throw new ProblemError(commandProblems.IF_MATCH_INVALID, detail);
};

const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(', ') : value;
