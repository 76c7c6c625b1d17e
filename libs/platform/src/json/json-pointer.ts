/**
 * JSON pointers for problem details. A key comes from the client and may hold anything, a card
 * number too, so a pointer shows only keys that look like field names.
 */

const FIELD_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
const MANY_DIGITS = /\d{6}/;

/**
 * Pointer to a field or item below another pointer.
 *
 * @param key shown as it is when it is an index or looks like a field name without a run of six
 *   digits; else as `*`
 * Source: RFC 6901
 */
export const appendPointer = (pointer: string, key: string | number): string =>
  `${pointer}/${typeof key === 'number' || isShown(key) ? key : '*'}`;

/** Pointer of a path of keys and indices; the empty path is the whole document (""). */
export const pointerOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (pointer, key) => appendPointer(pointer, typeof key === 'number' ? key : String(key)),
    '',
  );

const isShown = (key: string): boolean => FIELD_NAME.test(key) && !MANY_DIGITS.test(key);
