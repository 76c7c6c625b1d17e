/** The log lines of the process, as JSON, in a file of the data folder: the screen is for people. */
import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Name of the file in the data folder. */
export const LOG_FILE = 'millrace.log';

/** Appends lines as they come, so that the last one before a crash is there. */
export const openLogFile = (folder: string): { write(line: string): void } => {
  const descriptor = openSync(join(folder, LOG_FILE), 'a');
  return { write: (line) => void writeSync(descriptor, line) };
};
