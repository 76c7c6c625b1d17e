/**
 * Errors of the views in Postgres. Codes are listed in docs/ERRORS.md and never reused.
 */
import { CodedError } from '@millrace/event-log';

/** The database refused a statement. */
export class StatementFailedError extends CodedError {
  static readonly code = 'VIEWS_STATEMENT_FAILED';
  constructor(
    /** SQLSTATE, five characters; empty when the database gave none. */
    readonly sqlState: string,
    cause: unknown,
  ) {
    const message = `the database refused a statement (SQLSTATE ${sqlState || 'unknown'})`;
    super(StatementFailedError.code, message, { retryable: isPassing(sqlState), cause });
  }
}

/** Another process, or another object of this one, has the folder open. */
export class ViewsInUseError extends CodedError {
  static readonly code = 'VIEWS_FOLDER_IN_USE';
  constructor(
    readonly folder: string,
    holder: string,
  ) {
    super(ViewsInUseError.code, `the views in ${folder} are in use by ${holder}`, {
      retryable: true,
    });
  }
}

/** The database in the folder does not open, not even newly made. */
export class ViewsUnusableError extends CodedError {
  static readonly code = 'VIEWS_FOLDER_UNUSABLE';
  constructor(
    readonly folder: string,
    cause: unknown,
  ) {
    const message = `the views in ${folder} can't be opened, not even newly made: look at the disk`;
    super(ViewsUnusableError.code, message, { retryable: false, cause });
  }
}

/** The numbered migrations do not fit those that the database has seen. */
export class MigrationMismatchError extends CodedError {
  static readonly code = 'VIEWS_MIGRATION_MISMATCH';
  constructor(what: string) {
    super(MigrationMismatchError.code, `${what}; migrations only go forward`, { retryable: false });
  }
}

/** The client was closed. */
export class ViewsClosedError extends CodedError {
  static readonly code = 'VIEWS_CLOSED';
  constructor() {
    super(ViewsClosedError.code, 'the views are closed', { retryable: false });
  }
}

/** Serialization failure, deadlock, lock timeout, connection trouble, shutdown. */
const isPassing = (sqlState: string): boolean =>
  ['40001', '40P01', '55P03'].includes(sqlState) ||
  sqlState.startsWith('08') ||
  sqlState.startsWith('57P');
