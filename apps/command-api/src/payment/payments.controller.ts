/**
 * Routes of payments: each one belongs to its card.
 */
import {
  type AuthorizePaymentRequest,
  authorizePaymentCommand,
  authorizePaymentRequest,
  type CaptureRequest,
  type CardStateRow,
  captureCommand,
  captureRequest,
  cardPath,
  type DisputeRequest,
  disputeCommand,
  disputeRequest,
  paymentPath,
  type RefundRequest,
  refundCommand,
  refundRequest,
  type VoidRequest,
  voidCommand,
  voidRequest,
} from '@millrace/payments';
import {
  DEFAULT_TENANT,
  type FastifyReply,
  idFromIdempotencyKey,
  type JsonValue,
  Operation,
  ZodPipe,
} from '@millrace/platform';
import { Body, Controller, Inject, Param, Post, Res } from '@nestjs/common';
import { type PostContext, Posted } from '../command/call-context';
import { type Applied, type Call, CommandGateway } from '../command/command-gateway';
import { paymentOperations } from './payment-operations';
import { paymentRowOf, paymentView } from './payment-view';

interface PaymentPath {
  readonly cardId: string;
  readonly paymentId: string;
}

const inPath = new ZodPipe(paymentPath, 'path');

/** Authorizes, captures, voids, refunds and disputes payments. */
@Controller('/v1/cards/:cardId/payments')
export class PaymentsController {
  constructor(@Inject(CommandGateway) private readonly gateway: CommandGateway) {}

  @Post()
  @Operation(paymentOperations.authorize)
  authorize(
    @Posted() context: PostContext,
    @Param(new ZodPipe(cardPath, 'path')) { cardId }: { readonly cardId: string },
    @Body(new ZodPipe(authorizePaymentRequest)) body: AuthorizePaymentRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const paymentId = body.paymentId ?? idFromIdempotencyKey('pay_', DEFAULT_TENANT, context.key);
    return this.gateway.answer<CardStateRow>(reply, {
      aggregate: 'card',
      aggregateId: cardId,
      command: authorizePaymentCommand(body, paymentId),
      scope: `POST /v1/cards/${cardId}/payments`,
      body,
      context,
      resourceOf: (outcome) => paymentResource(outcome, true),
    });
  }

  @Post(':paymentId/captures')
  @Operation(paymentOperations.capture)
  capture(
    @Posted() context: PostContext,
    @Param(inPath) path: PaymentPath,
    @Body(new ZodPipe(captureRequest)) body: CaptureRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const command = captureCommand(body, path.paymentId);
    return this.#followUp(reply, path, { act: 'captures', creates: true, command, body, context });
  }

  @Post(':paymentId/refunds')
  @Operation(paymentOperations.refund)
  refund(
    @Posted() context: PostContext,
    @Param(inPath) path: PaymentPath,
    @Body(new ZodPipe(refundRequest)) body: RefundRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const command = refundCommand(body, path.paymentId);
    return this.#followUp(reply, path, { act: 'refunds', creates: true, command, body, context });
  }

  @Post(':paymentId/disputes')
  @Operation(paymentOperations.dispute)
  dispute(
    @Posted() context: PostContext,
    @Param(inPath) path: PaymentPath,
    @Body(new ZodPipe(disputeRequest)) body: DisputeRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const command = disputeCommand(body, path.paymentId);
    return this.#followUp(reply, path, { act: 'disputes', creates: true, command, body, context });
  }

  @Post(':paymentId/void')
  @Operation(paymentOperations.void)
  void(
    @Posted() context: PostContext,
    @Param(inPath) path: PaymentPath,
    @Body(new ZodPipe(voidRequest)) body: VoidRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const command = voidCommand(body, path.paymentId);
    return this.#followUp(reply, path, { act: 'void', creates: false, command, body, context });
  }

  #followUp(reply: FastifyReply, path: PaymentPath, wish: FollowUp): Promise<void> {
    const { act, creates, command, body, context } = wish;
    return this.gateway.answer<CardStateRow>(reply, {
      aggregate: 'card',
      aggregateId: path.cardId,
      command,
      scope: `POST /v1/cards/${path.cardId}/payments/${path.paymentId}/${act}`,
      body,
      context,
      resourceOf: (outcome) => paymentResource(outcome, creates),
    });
  }
}

interface FollowUp extends Pick<Call<CardStateRow>, 'command' | 'context'> {
  readonly act: 'captures' | 'refunds' | 'disputes' | 'void';
  /** Whether the act makes something new (201), or changes what is there (200). */
  readonly creates: boolean;
  readonly body: JsonValue;
}

const paymentResource = (outcome: Applied<CardStateRow>, creates: boolean) => {
  const status = creates && outcome.kind === 'accepted' ? 201 : 200;
  const payment = paymentRowOf(outcome.rows);
  const location = `/v1/cards/${payment.cardId}/payments/${payment.paymentId}`;
  return { status, location, body: paymentView(payment) };
};
