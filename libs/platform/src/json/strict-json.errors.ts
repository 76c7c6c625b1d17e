/**
 * Why a text is not taken as JSON. Stricter than RFC 8259 where parsers disagree: what two readers
 * may understand differently is refused at the door.
 */

/** Codes of refused JSON, each with what it means. */
export const strictJsonRefusals = {
  JSON_BYTE_ORDER_MARK: {
    means: 'the text begins with a byte order mark',
  },
  JSON_DUPLICATE_KEY: {
    means: 'a key occurs twice in an object',
  },
  JSON_EMPTY: {
    means: 'there is no value',
  },
  JSON_FORBIDDEN_KEY: {
    means: 'a key reaches into prototypes: __proto__, constructor or prototype',
  },
  JSON_INVALID_UTF8: {
    means: 'the bytes are not valid UTF-8',
  },
  JSON_LONE_SURROGATE: {
    means: 'an escape is half of a surrogate pair, which no text in UTF-8 holds',
  },
  JSON_NUMBER_OUT_OF_RANGE: {
    means: 'a number is not finite, or an integer beyond 2^53 - 1',
  },
  JSON_SYNTAX: {
    means: 'the text is not JSON',
  },
  JSON_TOO_DEEP: {
    means: 'arrays and objects are nested deeper than the limit',
  },
  JSON_TRAILING_BYTES: {
    means: 'more text follows the value',
  },
} as const satisfies Record<string, { readonly means: string }>;

/** One of the codes of refused JSON. */
export type StrictJsonCode = keyof typeof strictJsonRefusals;

/** Refused text: where and why, without any of the text itself. */
export interface JsonRefusal {
  readonly code: StrictJsonCode;
  /** JSON pointer (RFC 6901) to the value that was being read. */
  readonly pointer: string;
  readonly detail: string;
}
