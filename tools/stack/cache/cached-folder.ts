/**
 * Folders that are made once and used for ever: jars, archives, templates. A folder appears under
 * its name only when it is complete, and two processes that want it at once make it once.
 */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { timed } from '../progress';
import { withLock } from './lock-file';

/** Downloads and first starts on a slow line and machine. */
const MAKE_DEADLINE_MS = 900_000;

/**
 * Where engines are kept: `MILLRACE_ENGINES`, else `~/.cache/millrace/engines`. For root it is
 * `/var/cache/millrace/engines`: Elasticsearch refuses to run as root, and the user that it then
 * runs as may not read root's home.
 */
export const enginesFolder = (): string =>
  process.env['MILLRACE_ENGINES'] ??
  (process.getuid?.() === 0
    ? '/var/cache/millrace/engines'
    : join(homedir(), '.cache', 'millrace', 'engines'));

/** What to make. */
export interface CachedFolder {
  /** Name of the folder, with the version of what it holds. */
  readonly name: string;
  /** Shown while it is made. */
  readonly what: string;
  /** Fills the empty folder it is given. */
  readonly make: (folder: string) => Promise<void>;
}

/** @returns path of the complete folder */
export const cachedFolder = async ({ name, what, make }: CachedFolder): Promise<string> => {
  const folder = join(enginesFolder(), name);
  if (existsSync(folder)) return folder;
  mkdirSync(enginesFolder(), { recursive: true });
  return withLock({ file: `${folder}.lock`, what, deadlineMs: MAKE_DEADLINE_MS }, async () => {
    const partial = `${folder}.partial-${process.pid}`;
    try {
      if (existsSync(folder)) return folder;
      mkdirSync(partial);
      await timed(what, () => make(partial));
      renameSync(partial, folder);
      return folder;
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
  });
};
