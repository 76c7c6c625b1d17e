/**
 * Header names as they are written, with their length in front. There are few names and they come
 * back in every record; each is encoded once per process.
 */

/** Beyond these bounds a name is encoded each time, so that foreign names cannot fill the memory. */
const MAX_NAMES = 1_000;
const MAX_NAME_UNITS = 100;

const known = new Map<string, Uint8Array>();

/** @returns undefined when the name is not kept yet: encode it, then {@link keepHeaderName} */
export const headerName = (name: string): Uint8Array | undefined => known.get(name);

/** @param encoded is copied */
export const keepHeaderName = (name: string, encoded: Uint8Array): void => {
  if (known.size >= MAX_NAMES || name.length > MAX_NAME_UNITS) return;
  known.set(name, Uint8Array.from(encoded));
};
