/** Errors of the importer. */
import { CodedError } from '@millrace/event-log';

/** The file does not exist or cannot be read. */
export class ImportFileError extends CodedError {
  static readonly code = 'IMPORT_FILE_UNREADABLE';
  constructor(file: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(ImportFileError.code, `cannot read ${file}: ${why}`, { retryable: false, cause });
  }
}

/** The first line does not name the expected columns. */
export class ImportColumnsError extends CodedError {
  static readonly code = 'IMPORT_COLUMNS_UNKNOWN';
  constructor(file: string, trouble: string) {
    super(ImportColumnsError.code, `${file}: ${trouble}`, { retryable: false });
  }
}
