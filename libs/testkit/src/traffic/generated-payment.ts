/**
 * A generated payment, as data, as request body, and as command.
 */
import {
  type AuthorizePayment,
  type AuthorizePaymentRequest,
  authorizePaymentCommand,
  formatRfc3339,
} from '@millrace/payments';

/** A payment that somebody makes. */
export interface GeneratedPayment {
  readonly cardId: string;
  readonly paymentId: string;
  /** Event time. */
  readonly occurredAtMs: number;
  /** As `authorizePaymentRequest` parses it: `occurredAt` is epoch ms. */
  readonly request: AuthorizePaymentRequest;
}

/** The JSON body of `POST /v1/cards/{cardId}/payments`: `occurredAt` is RFC 3339. */
export const requestBodyOf = ({ request, occurredAtMs }: GeneratedPayment) => ({
  ...request,
  occurredAt: formatRfc3339(occurredAtMs),
});

/** The command; equal to the one made from the request body. */
export const commandOf = ({ request, paymentId }: GeneratedPayment): AuthorizePayment =>
  authorizePaymentCommand(request, paymentId);
