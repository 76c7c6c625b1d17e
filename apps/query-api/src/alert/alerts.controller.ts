/**
 * `/v1/alerts`: alerts newest first, and one with its evidence.
 */
import { Operation, type OperationContract, ProblemError, ZodPipe } from '@millrace/platform';
import type { JsonObject } from '@millrace/projections';
import { SEARCH_STORES, type SearchStores } from '@millrace/views';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { id } from '../query/parameters';
import { pageProblems, readProblems } from '../query/query-contract';
import { type Page, SearchPages } from '../query/search-pages';
import { queryProblems } from '../query-api.errors';
import { type AlertQuery, alertQuery, alertQueryShape, alertSearch } from './alert-query';
import { alertResource, foundAlert, foundAlerts } from './alert-resource';

const search: OperationContract = {
  operationId: 'searchAlerts',
  summary: 'Alerts by fields, newest first',
  tag: 'queries',
  description: '`from` and `to` are about the event time at which the alert was raised.',
  query: alertQueryShape,
  responses: { 200: { description: 'One page.', name: 'FoundAlerts', schema: foundAlerts } },
  problems: pageProblems,
};

const one: OperationContract = {
  operationId: 'findAlert',
  summary: 'One alert with its values, thresholds and payments',
  tag: 'queries',
  path: { alertId: id },
  responses: { 200: { description: 'The alert.', name: 'FoundAlert', schema: foundAlert } },
  problems: [...readProblems, 'ALERT_NOT_IN_VIEW'],
};

/** Searches alerts. */
@Controller('/v1/alerts')
export class FoundAlertsController {
  constructor(
    @Inject(SEARCH_STORES) private readonly stores: SearchStores,
    @Inject(SearchPages) private readonly pages: SearchPages,
  ) {}

  @Get()
  @Operation(search)
  search(@Query(new ZodPipe(alertQuery, 'query')) query: AlertQuery): Promise<Page> {
    const search = alertSearch(query);
    return this.pages.page(this.stores.alerts, query, { search, resourceOf: alertResource });
  }

  @Get(':alertId')
  @Operation(one)
  async one(@Param('alertId', new ZodPipe(id, 'path')) alertId: string): Promise<JsonObject> {
    const found = await this.stores.alerts.get(alertId);
    if (found === undefined) {
      throw new ProblemError(queryProblems.ALERT_NOT_IN_VIEW, 'the view holds no such alert');
    }
    return alertResource(found);
  }
}
