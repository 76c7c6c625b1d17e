/**
 * From the codes of the domain and the runtime to HTTP statuses, in one table.
 */
import { CommandInFlightError } from '@millrace/event-sourcing';
import { type RejectionKind, rejections } from '@millrace/payments';
import type { ProblemKind } from '@millrace/platform';
import { commandProblems } from './command-api.errors';

const statusOfKind = {
  'not-found': 404,
  conflict: 409,
  invalid: 422,
} as const satisfies Record<RejectionKind, number>;

/** Every rejection of the domain as a problem; the title is the code in words. */
const rejectionProblems: readonly ProblemKind[] = Object.entries(rejections).map(
  ([code, { kind }]) => ({ code, status: statusOfKind[kind], title: inWords(code) }),
);

/**
 * All problems that commands may be answered with. Retryable errors of runtime and log that are
 * not here are 503 with `Retry-After`.
 */
export const problemTable: readonly ProblemKind[] = [
  ...Object.values(commandProblems),
  ...rejectionProblems,
  { code: CommandInFlightError.code, status: 409, title: 'A command with this key is in flight' },
];

/** The problem of a rejection code; one that is missing in the table is an error of ours. */
export const problemOfRejection = (code: string): ProblemKind | undefined => byCode.get(code);

const byCode = new Map(problemTable.map((kind) => [kind.code, kind]));

function inWords(code: string): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
