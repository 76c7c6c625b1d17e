/**
 * Problems of reads that find nothing.
 */
import { httpProblems, ProblemError } from '@millrace/platform';
import { commandProblems } from './command-api.errors';
import { problemOfRejection } from './problem-table';

/** There is no such card (404). */
export const missingCard = (): ProblemError =>
  new ProblemError(
    problemOfRejection('CARD_NOT_FOUND') ?? httpProblems.HTTP_INTERNAL,
    'there is no card of this id',
  );

/** There is no such merchant (404). */
export const missingMerchant = (): ProblemError =>
  new ProblemError(commandProblems.MERCHANT_NOT_FOUND, 'there is no merchant of this id');
