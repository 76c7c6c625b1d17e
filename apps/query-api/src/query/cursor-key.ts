/**
 * The key of a data folder's cursors: made at the first start, then always the same, so that a
 * client's cursor survives a restart.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const KEY_BYTES = 32;

/**
 * Reads `cursor.key` of a data folder, or makes it (readable by its owner alone). A file that is
 * no key is replaced: cursors of before are refused then, nothing else is lost.
 *
 * @param folder is made when it is missing
 */
export const cursorKeyOf = async (folder: string): Promise<Buffer> => {
  const file = path.join(folder, 'cursor.key');
  const known = await readFile(file).catch(() => undefined);
  if (known?.length === KEY_BYTES) return known;
  const key = randomBytes(KEY_BYTES);
  await mkdir(folder, { recursive: true });
  await writeFile(file, key, { mode: 0o600 });
  return key;
};
