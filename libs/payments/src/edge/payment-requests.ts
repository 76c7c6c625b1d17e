/**
 * Requests about payments as they come in, and the commands they mean.
 */
import { z } from 'zod';
import type {
  AuthorizePayment,
  CapturePayment,
  DisputePayment,
  RefundPayment,
  VoidPayment,
} from '../card/card-commands';
import {
  amount,
  country,
  currency,
  freeText,
  identifier,
  instant,
  mcc,
  positiveAmount,
} from './fields';
import { requestHash } from './request-hash';

/** Body of `POST /v1/cards/{cardId}/payments`. A missing `paymentId` is the shell's to make. */
export const authorizePaymentRequest = z.strictObject({
  paymentId: identifier.optional(),
  merchantId: identifier,
  merchantName: freeText(120).optional(),
  mcc,
  country,
  terminalId: identifier.optional(),
  amountMinor: amount,
  currency,
  billingAmountMinor: amount.optional(),
  capture: z.enum(['manual', 'immediate']).optional(),
  channel: identifier.max(32).optional(),
  occurredAt: instant.optional(),
});

/** A parsed `authorizePaymentRequest`. */
export type AuthorizePaymentRequest = z.output<typeof authorizePaymentRequest>;

/** Body of `POST …/payments/{paymentId}/captures`. */
export const captureRequest = z.strictObject({
  amountMinor: positiveAmount,
  occurredAt: instant.optional(),
});

/** A parsed `captureRequest`. */
export type CaptureRequest = z.output<typeof captureRequest>;

/** Body of `POST …/payments/{paymentId}/void`. */
export const voidRequest = z.strictObject({ occurredAt: instant.optional() });

/** A parsed `voidRequest`. */
export type VoidRequest = z.output<typeof voidRequest>;

/** Body of `POST …/payments/{paymentId}/refunds`. */
export const refundRequest = z.strictObject({
  amountMinor: positiveAmount,
  occurredAt: instant.optional(),
});

/** A parsed `refundRequest`. */
export type RefundRequest = z.output<typeof refundRequest>;

/** Body of `POST …/payments/{paymentId}/disputes`. */
export const disputeRequest = z.strictObject({
  reason: z.enum(['fraud', 'other']),
  occurredAt: instant.optional(),
});

/** A parsed `disputeRequest`. */
export type DisputeRequest = z.output<typeof disputeRequest>;

/** Path parameters `/v1/cards/{cardId}/payments/{paymentId}`. */
export const paymentPath = z.strictObject({ cardId: identifier, paymentId: identifier });

/**
 * The command of an `authorizePaymentRequest`.
 *
 * @param request parsed, or built by trusted code with the same bounds (import: no schema needed)
 * @param paymentId the request's own or the one that the shell made for it
 * @returns capture defaults to manual; `requestHash` covers the request as it was sent, without
 *   its paymentId, so a repeat that leaves `occurredAt` out is still the same request
 */
export const authorizePaymentCommand = (
  request: AuthorizePaymentRequest,
  paymentId: string,
): AuthorizePayment => ({
  type: 'authorize-payment',
  paymentId,
  merchantId: request.merchantId,
  ...(request.merchantName === undefined ? {} : { merchantName: request.merchantName }),
  mcc: request.mcc,
  country: request.country,
  ...(request.terminalId === undefined ? {} : { terminalId: request.terminalId }),
  amountMinor: request.amountMinor,
  currency: request.currency,
  ...(request.billingAmountMinor === undefined
    ? {}
    : { billingAmountMinor: request.billingAmountMinor }),
  capture: request.capture ?? 'manual',
  ...(request.channel === undefined ? {} : { channel: request.channel }),
  ...when(request),
  requestHash: requestHash([
    request.merchantId,
    request.merchantName,
    request.mcc,
    request.country,
    request.terminalId,
    request.amountMinor,
    request.currency,
    request.billingAmountMinor,
    request.capture ?? 'manual',
    request.channel,
    request.occurredAt,
  ]),
});

/** The command of a `captureRequest`. */
export const captureCommand = (request: CaptureRequest, paymentId: string): CapturePayment => ({
  type: 'capture-payment',
  paymentId,
  amountMinor: request.amountMinor,
  ...when(request),
});

/** The command of a `voidRequest`. */
export const voidCommand = (request: VoidRequest, paymentId: string): VoidPayment => ({
  type: 'void-payment',
  paymentId,
  ...when(request),
});

/** The command of a `refundRequest`. */
export const refundCommand = (request: RefundRequest, paymentId: string): RefundPayment => ({
  type: 'refund-payment',
  paymentId,
  amountMinor: request.amountMinor,
  ...when(request),
});

/** The command of a `disputeRequest`. */
export const disputeCommand = (request: DisputeRequest, paymentId: string): DisputePayment => ({
  type: 'dispute-payment',
  paymentId,
  reason: request.reason,
  ...when(request),
});

const when = (request: { readonly occurredAt?: number | undefined }) =>
  request.occurredAt === undefined ? {} : { occurredAtMs: request.occurredAt };
