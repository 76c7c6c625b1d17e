/**
 * `/v1/cards/{cardId}/live`: a card as it lives, from the cache view.
 */
import { Operation, type OperationContract, ProblemError, ZodPipe } from '@millrace/platform';
import {
  CACHE_STORES,
  type CacheStores,
  KEPT_ALERTS,
  KEPT_PAYMENTS,
  liveCard,
} from '@millrace/views';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import { id } from '../query/parameters';
import { readProblems } from '../query/query-contract';
import { queryProblems } from '../query-api.errors';
import { type LiveCardResource, liveCardResource, liveCardSchema } from './live-card-resource';

const live: OperationContract = {
  operationId: 'liveCard',
  summary: 'A card with its newest payments, counters and risk',
  tag: 'queries',
  description:
    'Hour and day are those of the newest payment by event time (UTC). Amounts of counters are in ' +
    "the card's currency.",
  path: { cardId: id },
  responses: { 200: { description: 'The card.', name: 'LiveCard', schema: liveCardSchema } },
  problems: [...readProblems, 'CARD_NOT_IN_VIEW'],
};

/** Answers from the cache. */
@Controller('/v1/cards/:cardId/live')
export class LiveCardController {
  constructor(@Inject(CACHE_STORES) private readonly stores: CacheStores) {}

  @Get()
  @Operation(live)
  async read(@Param('cardId', new ZodPipe(id, 'path')) cardId: string): Promise<LiveCardResource> {
    const { cards, cardActivity, cardAlerts } = this.stores;
    const [row, payments, alerts, counters] = await Promise.all([
      cards.get(cardId),
      cards.list(cardId, KEPT_PAYMENTS),
      cardAlerts.list(cardId, KEPT_ALERTS),
      cardActivity.counters(cardId),
    ]);
    const found = row === undefined ? undefined : liveCard({ row, payments, alerts, counters });
    if (found !== undefined) return liveCardResource(found);
    const detail = 'the view holds no such card; a new one is there within a second';
    throw new ProblemError(queryProblems.CARD_NOT_IN_VIEW, detail);
  }
}
