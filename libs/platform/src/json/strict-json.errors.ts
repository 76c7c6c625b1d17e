/**
 * Why a text is not taken as JSON. Stricter than RFC 8259 where parsers disagree: what two readers
 * may understand differently is refused at the door.
 */

/** Codes of refused JSON. */
export const strictJsonCodes = {
  /** Bytes are not UTF-8 (overlong, surrogate, cut or stray bytes). */
  invalidUtf8: 'JSON_INVALID_UTF8',
  /** Begins with a byte order mark. */
  byteOrderMark: 'JSON_BYTE_ORDER_MARK',
  /** No value at all. */
  empty: 'JSON_EMPTY',
  /** Not JSON by RFC 8259. */
  syntax: 'JSON_SYNTAX',
  /** More text after the value. */
  trailing: 'JSON_TRAILING_BYTES',
  /** Nested deeper than the limit. */
  tooDeep: 'JSON_TOO_DEEP',
  /** The same key twice in one object. */
  duplicateKey: 'JSON_DUPLICATE_KEY',
  /** A key that reaches into prototypes: `__proto__`, `constructor`, `prototype`. */
  forbiddenKey: 'JSON_FORBIDDEN_KEY',
  /** A number that is not finite, or an integer beyond 2^53 - 1. */
  numberRange: 'JSON_NUMBER_OUT_OF_RANGE',
  /** An escape of half a surrogate pair: no text in UTF-8 holds it. */
  loneSurrogate: 'JSON_LONE_SURROGATE',
} as const;

/** One of the codes of refused JSON. */
export type StrictJsonCode = (typeof strictJsonCodes)[keyof typeof strictJsonCodes];

/** Refused text: where and why, without any of the text itself. */
export interface JsonRefusal {
  readonly code: StrictJsonCode;
  /** JSON pointer (RFC 6901) to the value that was being read. */
  readonly pointer: string;
  readonly detail: string;
}
