/**
 * One text for equal JSON values, so that two bodies can be compared by a hash.
 */
import { createHash } from 'node:crypto';

/** A JSON value. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

/**
 * JSON text without white space, keys of objects ascending by UTF-16 code unit; fields that are
 * undefined are left out.
 *
 * @param value finite numbers only; nesting bounded by who parsed it
 * Source: RFC 8785 (JSON Canonicalization Scheme), section 3.2
 */
export const canonicalJson = (value: JsonValue): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const fields: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const field = value[key];
    if (field !== undefined) fields.push(`${JSON.stringify(key)}:${canonicalJson(field)}`);
  }
  return `{${fields.join(',')}}`;
};

/**
 * SHA-256 of the canonical JSON.
 *
 * @returns base64url without padding, 43 characters
 */
export const fingerprintOf = (value: JsonValue): string =>
  createHash('sha256').update(canonicalJson(value), 'utf8').digest('base64url');

/**
 * Short hash of a request for storage in a row: the first 22 characters (132 bits) of
 * `fingerprintOf`.
 */
export const requestHashOf = (value: JsonValue): string => fingerprintOf(value).slice(0, 22);

const isObject = (value: JsonValue): value is { readonly [key: string]: JsonValue | undefined } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
