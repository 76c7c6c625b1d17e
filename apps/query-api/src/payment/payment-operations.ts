/**
 * What the routes of payments promise.
 */
import type { OperationContract } from '@millrace/platform';
import { id } from '../query/parameters';
import { pageProblems, readProblems } from '../query/query-contract';
import { onePaymentQuery, paymentQueryShape } from './payment-query';
import { foundPayment, foundPayments } from './payment-resource';

/** Contracts of the routes of payments, by operation. */
export const paymentOperations = {
  search: {
    operationId: 'searchPayments',
    summary: 'Payments by text and fields',
    tag: 'queries',
    description:
      'Text is looked for in the merchant name and the ids: all words have to occur, the last one ' +
      'as the beginning of a word. `from` is inclusive, `to` exclusive; both amounts are inclusive.',
    query: paymentQueryShape,
    responses: {
      200: { description: 'One page.', name: 'FoundPayments', schema: foundPayments },
    },
    problems: pageProblems,
  },
  one: {
    operationId: 'findPayment',
    summary: 'One payment by its id',
    tag: 'queries',
    description: 'Payment ids are unique per card: with `cardId` the answer is never ambiguous.',
    path: { paymentId: id },
    query: onePaymentQuery.shape,
    responses: {
      200: { description: 'The payment.', name: 'FoundPayment', schema: foundPayment },
    },
    problems: [...readProblems, 'PAYMENT_NOT_IN_VIEW', 'PAYMENT_ID_AMBIGUOUS'],
  },
} as const satisfies Record<string, OperationContract>;
