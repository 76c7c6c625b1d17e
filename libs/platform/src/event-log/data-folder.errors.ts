/** Errors of data folders. */
import { CodedError } from '@millrace/event-log';

/** The views and files of a folder come from another log than the one that is configured. */
export class DataFolderOtherLogError extends CodedError {
  static readonly code = 'DATA_FOLDER_OTHER_LOG';
  constructor(folder: string, held: string, wanted: string) {
    const message = `data folder ${folder} belongs to the log ${held}, not to ${wanted}: name that log (--log, MILLRACE_LOG), or another folder (--data)`;
    super(DataFolderOtherLogError.code, message, { retryable: false });
  }
}
