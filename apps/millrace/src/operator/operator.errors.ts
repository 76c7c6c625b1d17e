/** Errors of the operator's routes. */
import { CodedError } from '@millrace/event-log';
import { type ProblemKind, problemKinds } from '@millrace/platform';

/** Two imports into one process would compete for the same lanes. */
export class ImportRunningError extends CodedError {
  static readonly code = 'IMPORT_RUNNING';
  constructor() {
    super(ImportRunningError.code, 'an import is running: wait for its end', { retryable: true });
  }
}

/** Problems of the operator's routes, by code. */
export const operatorProblems = problemKinds({
  IMPORT_UNKNOWN: {
    status: 404,
    title: 'No such import',
  },
});

/** All problems that the operator's routes may answer with. */
export const operatorProblemTable: readonly ProblemKind[] = [
  ...Object.values(operatorProblems),
  { code: ImportRunningError.code, status: 409, title: 'An import is running' },
];
