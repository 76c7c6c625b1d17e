/**
 * Bytes from outside to a JSON value, or the reason why not.
 */
import type { JsonValue } from '../canonical/canonical-json';
import { type JsonRefusal, type StrictJsonCode, strictJsonRefusals } from './strict-json.errors';
import { scanStrictJson } from './strict-json-scanner';

/** A value, or why there is none. */
export type StrictJsonResult =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly refusal: JsonRefusal };

/**
 * Parses strictly: UTF-8 without byte order mark, one value, RFC 8259 grammar, no duplicate or
 * prototype keys, numbers finite and integers within ±(2^53 - 1), no halves of surrogate pairs.
 *
 * @param bytes the whole text; its size is bounded by the caller
 * @param maxDepth arrays and objects that may be open at once
 */
export const parseStrictJson = (bytes: Uint8Array, maxDepth: number): StrictJsonResult => {
  const text = decoded(bytes);
  if (text === undefined) {
    return refused('JSON_INVALID_UTF8');
  }
  if (text.charCodeAt(0) === 0xfeff) {
    return refused('JSON_BYTE_ORDER_MARK');
  }
  const refusal = scanStrictJson(text, maxDepth);
  if (refusal !== undefined) return { ok: false, refusal };
  const value: JsonValue = JSON.parse(text);
  return { ok: true, value };
};

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const decoded = (bytes: Uint8Array): string | undefined => {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
};

const refused = (code: StrictJsonCode): StrictJsonResult => ({
  ok: false,
  refusal: { code, pointer: '', detail: strictJsonRefusals[code].means },
});
