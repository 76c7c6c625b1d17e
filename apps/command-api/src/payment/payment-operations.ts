/**
 * What the routes of payments promise. The examples are sent in this order by the tests.
 */
import {
  authorizePaymentRequest,
  captureRequest,
  cardPath,
  disputeRequest,
  paymentPath,
  refundRequest,
  voidRequest,
} from '@millrace/payments';
import type { OperationContract } from '@millrace/platform';
import { commandResponse, postHeaders, postProblems } from '../command/command-contract';
import { paymentSchema } from './payment-view';

const tag = 'payments';
const path = paymentPath.shape;
const example = { cardId: 'card_example', paymentId: 'pay_example' };
const created = {
  201: commandResponse('Done.', 'Payment', paymentSchema),
  200: commandResponse('It was so before: nothing was done.', 'Payment', paymentSchema),
};
const changed = { 200: commandResponse('The payment.', 'Payment', paymentSchema) };
const followUp = (...own: readonly string[]) =>
  postProblems(
    'CARD_NOT_FOUND',
    'PAYMENT_NOT_FOUND',
    'PAYMENT_TRANSITION_NOT_ALLOWED',
    'OCCURRED_AT_BEFORE_PAYMENT',
    'OCCURRED_AT_IN_FUTURE',
    ...own,
  );
const withKey = (key: string) => ({ 'Idempotency-Key': `example-${key}` });
const purchase = {
  merchantId: 'mer_example',
  merchantName: 'Example Books',
  mcc: '5942',
  country: 'BE',
  terminalId: 'term-1',
  amountMinor: 4_250,
  currency: 'EUR',
  channel: 'pos',
} as const;

/** Contracts of the routes of payments, by operation. */
export const paymentOperations = {
  authorize: {
    operationId: 'authorizePayment',
    summary: 'Asks for an authorization',
    tag,
    description:
      'A refused payment is answered with 201 too: status `declined` and its reason. A paymentId ' +
      'that exists is answered with the stored payment when the body is the same, else with 409.',
    path: cardPath.shape,
    headers: postHeaders,
    body: { name: 'AuthorizePayment', schema: authorizePaymentRequest, required: true },
    responses: {
      201: commandResponse('Authorized, captured or declined.', 'Payment', paymentSchema),
      200: commandResponse('It exists: nothing was done.', 'Payment', paymentSchema),
    },
    problems: postProblems(
      'CARD_NOT_FOUND',
      'PAYMENT_ID_CONFLICT',
      'BILLING_AMOUNT_REQUIRED',
      'BILLING_AMOUNT_MISMATCH',
      'AMOUNT_OVERFLOW',
      'OCCURRED_AT_IN_FUTURE',
    ),
    examples: {
      manual: {
        summary: '42.50 EUR, captured later',
        path: { cardId: example.cardId },
        headers: withKey('authorize'),
        body: { ...purchase, paymentId: example.paymentId },
        status: 201,
      },
      repeated: {
        summary: 'The same payment again under another key: the stored one',
        path: { cardId: example.cardId },
        headers: withKey('authorize-again'),
        body: { ...purchase, paymentId: example.paymentId },
        status: 200,
      },
      conflict: {
        summary: 'Refused: the id of another payment',
        path: { cardId: example.cardId },
        headers: withKey('authorize-conflict'),
        body: { ...purchase, paymentId: example.paymentId, amountMinor: 1 },
        status: 409,
      },
      second: {
        summary: 'A payment that will be voided',
        path: { cardId: example.cardId },
        headers: withKey('authorize-2'),
        body: { ...purchase, paymentId: 'pay_voided' },
        status: 201,
      },
      foreign: {
        summary: '10,000 JPY, billed as 61.20 EUR and captured at once',
        path: { cardId: example.cardId },
        headers: withKey('authorize-3'),
        body: {
          ...purchase,
          country: 'JP',
          amountMinor: 10_000,
          currency: 'JPY',
          billingAmountMinor: 6_120,
          capture: 'immediate',
        },
        status: 201,
      },
      declined: {
        summary: 'Declined: beyond the limit of the month',
        path: { cardId: example.cardId },
        headers: withKey('authorize-4'),
        body: { ...purchase, amountMinor: 80_000_000 },
        status: 201,
      },
    },
  },
  capture: {
    operationId: 'capturePayment',
    summary: 'Captures all or a part of what was authorized',
    tag,
    path,
    headers: postHeaders,
    body: { name: 'CapturePayment', schema: captureRequest, required: true },
    responses: created,
    problems: followUp('CAPTURE_EXCEEDS_AUTHORIZATION', 'AUTHORIZATION_EXPIRED'),
    examples: {
      capture: {
        summary: 'All of it',
        path: example,
        headers: withKey('capture'),
        body: { amountMinor: 4_250 },
        status: 201,
      },
    },
  },
  refund: {
    operationId: 'refundPayment',
    summary: 'Pays captured money back, all or a part',
    tag,
    path,
    headers: postHeaders,
    body: { name: 'RefundPayment', schema: refundRequest, required: true },
    responses: created,
    problems: followUp('REFUND_EXCEEDS_CAPTURE'),
    examples: {
      refund: {
        summary: 'A part',
        path: example,
        headers: withKey('refund'),
        body: { amountMinor: 1_250 },
        status: 201,
      },
      tooMuch: {
        summary: 'Refused: more than is left',
        path: example,
        headers: withKey('refund-2'),
        body: { amountMinor: 3_001 },
        status: 422,
      },
    },
  },
  dispute: {
    operationId: 'disputePayment',
    summary: 'Records a dispute (chargeback)',
    tag,
    path,
    headers: postHeaders,
    body: { name: 'DisputePayment', schema: disputeRequest, required: true },
    responses: created,
    problems: followUp(),
    examples: {
      unknown: {
        summary: 'No such payment',
        path: { ...example, paymentId: 'pay_unknown' },
        headers: withKey('dispute'),
        body: { reason: 'fraud' },
        status: 404,
      },
    },
  },
  void: {
    operationId: 'voidPayment',
    summary: 'Gives an authorization back of which nothing was captured',
    tag,
    path,
    headers: postHeaders,
    body: { name: 'VoidPayment', schema: voidRequest, required: true },
    responses: changed,
    problems: followUp('AUTHORIZATION_EXPIRED'),
    examples: {
      void: {
        summary: 'Voided',
        path: { ...example, paymentId: 'pay_voided' },
        headers: withKey('void'),
        body: {},
        status: 200,
      },
    },
  },
} as const satisfies Record<string, OperationContract>;
