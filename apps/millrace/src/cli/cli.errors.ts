/** Errors of the command line; each ends in a sentence and an exit code. */
import { CodedError } from '@millrace/event-log';

/** A process holds the data folder and does not serve HTTP (yet). */
export class ProcessUnreachableError extends CodedError {
  static readonly code = 'CLI_PROCESS_UNREACHABLE';
  constructor(folder: string, who: string, cause?: unknown) {
    const message = `${folder} is in use by ${who}, which does not answer; wait, or stop it`;
    super(ProcessUnreachableError.code, message, { retryable: true, cause });
  }
}

/** There is nothing in the data folder. */
export class FolderEmptyError extends CodedError {
  static readonly code = 'CLI_FOLDER_EMPTY';
  constructor(folder: string) {
    const message = `no data in ${folder}: run "millrace demo" or "millrace import FILE", or give --data`;
    super(FolderEmptyError.code, message, { retryable: false });
  }
}

/** The process answered with a problem (RFC 9457). */
export class OperatorProblemError extends CodedError {
  static readonly code = 'CLI_REQUEST_REFUSED';
  constructor(
    readonly status: number,
    readonly problemCode: string,
    detail: string,
  ) {
    super(OperatorProblemError.code, `${detail} (${problemCode})`, { retryable: status >= 500 });
  }
}
