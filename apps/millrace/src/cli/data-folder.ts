/**
 * Which data folder a command means, and what stands in it.
 */
import { readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type LogHolder, readLogHolder } from '@millrace/event-log-embedded';
import { logFolder, logOfFolder } from '@millrace/platform';

/** The folder of search and analytics (PGlite) inside a data folder. */
export const viewsFolder = (folder: string): string => join(folder, 'views');

/** A data folder with its process, if one runs on it. */
export interface DataFolder {
  readonly path: string;
  readonly holder?: LogHolder;
}

/** What a folder is chosen by. */
export interface FolderChoice {
  /** `--data`. */
  readonly given?: string | undefined;
  /** `MILLRACE_DATA`. */
  readonly variable?: string | undefined;
}

const DEFAULT = './data';

/** The folder given by option, by environment, or `./data`. */
export const dataFolder = (choice: FolderChoice): string =>
  resolve(choice.given ?? choice.variable ?? DEFAULT);

/**
 * The folder of an imported file: given, or one of its own beside `./data`, named after the file.
 */
export const importFolder = (file: string, choice: FolderChoice): string => {
  const name = basename(file)
    .replace(/\.gz$/, '')
    .replace(/\.[^.]+$/, '')
    .replace(/[^A-Za-z0-9._-]/g, '-');
  return resolve(choice.given ?? choice.variable ?? `${DEFAULT}-${name}`);
};

/**
 * The folder that a question is about: given, or the only one here that a process runs on, or the
 * only one here, or `./data`.
 */
export const folderInQuestion = async (choice: FolderChoice): Promise<DataFolder> => {
  if (choice.given !== undefined || choice.variable !== undefined) {
    return withHolder(dataFolder(choice));
  }
  const present = await Promise.all(foldersHere().map(withHolder));
  const running = present.filter((folder) => folder.holder !== undefined);
  const [only] = running.length > 0 ? running : present;
  const count = running.length > 0 ? running.length : present.length;
  return only !== undefined && count === 1 ? only : withHolder(resolve(DEFAULT));
};

const foldersHere = (): readonly string[] =>
  readdirSync('.', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^data(-.*)?$/.test(entry.name))
    .map((entry) => resolve(entry.name))
    .filter((path) => logOfFolder(path) !== undefined);

/** The folder with the process that runs on it: named beside its embedded log, or in the folder. */
export const withHolder = async (path: string): Promise<DataFolder> => {
  const embedded = await readLogHolder(logFolder({ dataDir: path }));
  const holder = embedded ?? (await readLogHolder(path));
  return holder === undefined ? { path } : { path, holder };
};
