/**
 * `/v1/analytics/categories`: totals per category, currency and hour or day.
 */
import { Operation, type OperationContract, ZodPipe } from '@millrace/platform';
import { ANALYTICS_STORES, type AnalyticsStores } from '@millrace/views';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { readProblems } from '../query/query-contract';
import {
  type CategoryQuery,
  categoryQuery,
  categoryQueryShape,
  categoryTotals,
  categoryTotalsResource,
  rollupQuery,
} from './category-query';

const totals: OperationContract = {
  operationId: 'categoryTotals',
  summary: 'Totals per merchant category, currency and hour or day',
  tag: 'queries',
  description:
    'Each event counts in the bucket of its own event time (UTC); `from` is rounded down to a ' +
    'bucket, `to` is exclusive. `payments` and `amountMinor` are what was authorized. Rows are ' +
    'ascending by bucket, category, currency.',
  query: categoryQueryShape,
  responses: { 200: { description: 'The rows.', name: 'CategoryTotals', schema: categoryTotals } },
  problems: readProblems,
};

/** Answers from the rollup. */
@Controller('/v1/analytics/categories')
export class CategoriesController {
  constructor(@Inject(ANALYTICS_STORES) private readonly stores: AnalyticsStores) {}

  @Get()
  @Operation(totals)
  async read(@Query(new ZodPipe(categoryQuery, 'query')) query: CategoryQuery) {
    return categoryTotalsResource(await this.stores.categories.query(rollupQuery(query)));
  }
}
