/** What an import says when it has failed: the reason that somebody can do something about. */
import { CodedError, LogStorageFullError } from '@millrace/event-log';

/** Code and message of a failure. */
export interface ImportFailure {
  readonly code: string;
  readonly message: string;
}

/** A full disk makes lanes unavailable; the import names the disk, not the lane. */
export const importFailureOf = (error: unknown): ImportFailure => {
  const telling = storageFullIn(error) ?? error;
  return {
    code: telling instanceof CodedError ? telling.code : 'IMPORT_FAILED',
    message: telling instanceof Error ? telling.message : String(telling),
  };
};

const storageFullIn = (error: unknown): LogStorageFullError | undefined => {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof LogStorageFullError) return cause;
  }
  return undefined;
};
