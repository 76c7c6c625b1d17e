/**
 * Which log a data folder belongs to: the one inside it, or one on Kafka that a file names. So
 * nobody starts a second, empty log beside the views of the first by leaving an option away.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { LogAddress } from '../config/log-address';
import { DataFolderOtherLogError } from './data-folder.errors';

const FILE = 'log.json';
const EMBEDDED = 'embedded';
const named = z.object({ log: z.string() });

/** Folder of the embedded log within the data folder. */
export const logFolder = (config: { readonly dataDir: string }): string =>
  path.join(config.dataDir, 'log');

/** The log that a folder belongs to, as `MILLRACE_LOG` takes it; undefined for a new folder. */
export const logOfFolder = (dataDir: string): string | undefined => {
  // LevelDB writes CURRENT when it is created, and never goes without it.
  if (existsSync(path.join(logFolder({ dataDir }), 'CURRENT'))) return EMBEDDED;
  try {
    return named.parse(JSON.parse(readFileSync(path.join(dataDir, FILE), 'utf8'))).log;
  } catch {
    return undefined;
  }
};

/**
 * Other brokers or another namespace are fine: views of another incarnation are wiped and fill again.
 * @throws DataFolderOtherLogError the folder has an embedded log and Kafka is asked for, or reverse
 */
export const checkFolder = (dataDir: string, log: LogAddress): void => {
  const held = logOfFolder(dataDir);
  if (held === undefined || (held === EMBEDDED) === (log.kind === EMBEDDED)) return;
  throw new DataFolderOtherLogError(dataDir, held, log.kind === 'kafka' ? log.url : EMBEDDED);
};

/** Writes the log's address into the folder. */
export const rememberLog = (dataDir: string, url: string): void => {
  const target = path.join(dataDir, FILE);
  writeFileSync(`${target}.new`, `${JSON.stringify({ log: url })}\n`);
  renameSync(`${target}.new`, target);
};
