/**
 * Routes of cards.
 */
import type { CommandRuntime } from '@millrace/event-sourcing';
import {
  type BlockCardRequest,
  blockCardCommand,
  blockCardRequest,
  type CardRow,
  type CardStateRow,
  type ChangeLimitRequest,
  cardPath,
  changeLimitCommand,
  changeLimitRequest,
  type OpenCardRequest,
  openCardCommand,
  openCardRequest,
  type UnblockCardRequest,
  unblockCardCommand,
  unblockCardRequest,
} from '@millrace/payments';
import {
  DEFAULT_TENANT,
  type FastifyReply,
  type FastifyRequest,
  idFromIdempotencyKey,
  Operation,
  ZodPipe,
} from '@millrace/platform';
import { Body, Controller, Get, Inject, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import type { z } from 'zod';
import { z as zod } from 'zod';
import { type CallContext, Called, type PostContext, Posted } from '../command/call-context';
import { type Applied, type Call, CommandGateway } from '../command/command-gateway';
import { etagOf, isNotModified } from '../command/command-headers';
import { missingCard } from '../command/missing-resource';
import { COMMAND_RUNTIME } from '../runtime/command-runtime.port';
import { CardHistory } from './card-history';
import { cardOperations, historyQuery } from './card-operations';
import { cardRowOf, cardView } from './card-view';

const inPath = new ZodPipe(cardPath, 'path');
const noQuery = new ZodPipe(zod.strictObject({}), 'query');

interface CardPath {
  readonly cardId: string;
}

/** Opens, reads, limits, blocks and unblocks cards. */
@Controller('/v1/cards')
export class CardsController {
  constructor(
    @Inject(CommandGateway) private readonly gateway: CommandGateway,
    @Inject(COMMAND_RUNTIME) private readonly runtime: CommandRuntime,
    @Inject(CardHistory) private readonly history: CardHistory,
  ) {}

  @Post()
  @Operation(cardOperations.open)
  open(
    @Posted() context: PostContext,
    @Body(new ZodPipe(openCardRequest)) body: OpenCardRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const aggregateId = body.cardId ?? idFromIdempotencyKey('card_', DEFAULT_TENANT, context.key);
    return this.gateway.answer<CardStateRow>(reply, {
      aggregate: 'card',
      aggregateId,
      command: openCardCommand(body),
      scope: 'POST /v1/cards',
      body,
      context,
      resourceOf: (outcome) => cardResource(outcome, outcome.kind === 'accepted' ? 201 : 200),
    });
  }

  @Get(':cardId')
  @Operation(cardOperations.read)
  async read(
    @Param(inPath) { cardId }: CardPath,
    @Query(noQuery) _query: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const row = this.runtime.read<CardRow>('card', cardId);
    if (row === undefined) throw missingCard();
    reply.header('etag', etagOf(row.version));
    if (isNotModified(request.headers, row.version)) await reply.code(304).send();
    else await reply.send(cardView(row));
  }

  @Put(':cardId/limit')
  @Operation(cardOperations.changeLimit)
  changeLimit(
    @Called() context: CallContext,
    @Param(inPath) { cardId }: CardPath,
    @Body(new ZodPipe(changeLimitRequest)) body: ChangeLimitRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const call = { command: changeLimitCommand(body), body, context };
    return this.#change(reply, cardId, { ...call, scope: `PUT /v1/cards/${cardId}/limit` });
  }

  @Post(':cardId/block')
  @Operation(cardOperations.block)
  block(
    @Posted() context: PostContext,
    @Param(inPath) { cardId }: CardPath,
    @Body(new ZodPipe(blockCardRequest)) body: BlockCardRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const cause = body.alertId === undefined ? {} : { causationId: body.alertId };
    const call = { command: blockCardCommand(body), body, context, ...cause };
    return this.#change(reply, cardId, { ...call, scope: `POST /v1/cards/${cardId}/block` });
  }

  @Post(':cardId/unblock')
  @Operation(cardOperations.unblock)
  unblock(
    @Posted() context: PostContext,
    @Param(inPath) { cardId }: CardPath,
    @Body(new ZodPipe(unblockCardRequest)) body: UnblockCardRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const call = { command: unblockCardCommand(body), body, context };
    return this.#change(reply, cardId, { ...call, scope: `POST /v1/cards/${cardId}/unblock` });
  }

  @Get(':cardId/events')
  @Operation(cardOperations.history)
  events(
    @Param(inPath) { cardId }: CardPath,
    @Query(new ZodPipe(historyQuery, 'query')) query: z.output<typeof historyQuery>,
  ): Promise<unknown> {
    return this.history.page(cardId, query);
  }

  #change(
    reply: FastifyReply,
    cardId: string,
    call: Pick<Call<CardStateRow>, 'command' | 'scope' | 'body' | 'context' | 'causationId'>,
  ): Promise<void> {
    return this.gateway.answer<CardStateRow>(reply, {
      ...call,
      aggregate: 'card',
      aggregateId: cardId,
      resourceOf: (outcome) => cardResource(outcome, 200),
    });
  }
}

const cardResource = (outcome: Applied<CardStateRow>, status: number) => {
  const card = cardRowOf(outcome.rows);
  return { status, location: `/v1/cards/${card.cardId}`, body: cardView(card) };
};
