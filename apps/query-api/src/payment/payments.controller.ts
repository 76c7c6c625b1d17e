/**
 * `/v1/payments`: payments by text and fields, and one by its id.
 */

import { Operation, ProblemError, ZodPipe } from '@millrace/platform';
import type { FoundDocument, JsonObject } from '@millrace/projections';
import { paymentKey, SEARCH_STORES, type SearchStores } from '@millrace/views';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import type { z } from 'zod';
import { id } from '../query/parameters';
import { type Page, SearchPages } from '../query/search-pages';
import { queryProblems } from '../query-api.errors';
import { paymentOperations } from './payment-operations';
import { onePaymentQuery, type PaymentQuery, paymentQuery, paymentSearch } from './payment-query';
import { paymentResource } from './payment-resource';

/** Searches payments. */
@Controller('/v1/payments')
export class FoundPaymentsController {
  constructor(
    @Inject(SEARCH_STORES) private readonly stores: SearchStores,
    @Inject(SearchPages) private readonly pages: SearchPages,
  ) {}

  @Get()
  @Operation(paymentOperations.search)
  search(@Query(new ZodPipe(paymentQuery, 'query')) query: PaymentQuery): Promise<Page> {
    return this.pages.page(this.stores.payments, query, {
      search: paymentSearch(query),
      resourceOf: paymentResource,
    });
  }

  @Get(':paymentId')
  @Operation(paymentOperations.one)
  async one(
    @Param('paymentId', new ZodPipe(id, 'path')) paymentId: string,
    @Query(new ZodPipe(onePaymentQuery, 'query')) query: z.output<typeof onePaymentQuery>,
  ): Promise<JsonObject> {
    const { cardId } = query;
    const found =
      cardId === undefined
        ? await this.#onlyOne(paymentId)
        : await this.stores.payments.get(paymentKey(cardId, paymentId));
    if (found !== undefined) return paymentResource(found);
    const detail = 'the view holds no such payment; a new one is there within a second';
    throw new ProblemError(queryProblems.PAYMENT_NOT_IN_VIEW, detail);
  }

  /** Payment ids are unique per card alone. */
  async #onlyOne(paymentId: string): Promise<FoundDocument | undefined> {
    const { documents } = await this.stores.payments.search({
      filters: [{ kind: 'eq', field: 'paymentId', value: paymentId }],
      limit: 2,
    });
    if (documents.length < 2) return documents[0];
    const detail = 'several cards have a payment of this id: say which by ?cardId=';
    throw new ProblemError(queryProblems.PAYMENT_ID_AMBIGUOUS, detail, {
      errors: [{ in: 'query', pointer: '/cardId', code: 'REQUIRED', detail }],
    });
  }
}
