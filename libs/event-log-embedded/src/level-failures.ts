/**
 * What an error of LevelDB says. It carries the words of the system, not its error numbers.
 */

import { CodedError, LogStorageFullError } from '@millrace/event-log';
import { LogStorageError } from './embedded-log.errors';

/** The error of the port that says what went wrong in the folder. */
export const storageErrorOf = (folder: string, error: unknown): CodedError => {
  if (error instanceof CodedError) return error;
  return isStorageFull(error)
    ? new LogStorageFullError(folder, error)
    : new LogStorageError(folder, error);
};

const textOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} ${textOf(error.cause)}`;
};

/** No space left on the device, or the quota is used up. */
export const isStorageFull = (error: unknown): boolean =>
  /no space left|ENOSPC|quota exceeded|EDQUOT/i.test(textOf(error));

/** Another process, or another object of this one, holds the folder. */
export const isLocked = (error: unknown): boolean =>
  hasCode(error, 'LEVEL_LOCKED') ||
  /LOCK: (already held|Resource temporarily)/i.test(textOf(error));

/** LevelDB found its own file damaged. */
export const isCorruption = (error: unknown): boolean =>
  hasCode(error, 'LEVEL_CORRUPTION') || /corrupt/i.test(textOf(error));

/** The database was closed under a read, as a repair after a full disk does. */
export const isNotOpen = (error: unknown): boolean =>
  hasCode(error, 'LEVEL_DATABASE_NOT_OPEN') || hasCode(error, 'LEVEL_ITERATOR_NOT_OPEN');

const hasCode = (error: unknown, code: string): boolean => {
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === code) || hasCode(error.cause, code);
};
