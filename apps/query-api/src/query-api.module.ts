/**
 * The read side as a Nest module. Needs the platform and `EVENT_LOG`; finds the projectors of the
 * same process by their tokens, if there are any.
 */

import { ProblemCatalogue } from '@millrace/platform';
import { InvalidQueryError, StoreUnavailableError } from '@millrace/projections';
import {
  ANALYTICS_STORES,
  type AnalyticsStores,
  CACHE_STORES,
  type CacheStores,
  SEARCH_STORES,
  type SearchStores,
} from '@millrace/views';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { FoundAlertsController } from './alert/alerts.controller';
import { CategoriesController } from './analytics/categories.controller';
import { LiveCardController } from './card/live-card.controller';
import { FoundPaymentsController } from './payment/payments.controller';
import { SearchPages } from './query/search-pages';
import { CURSOR_KEY } from './query/signed-cursor';
import { queryProblems } from './query-api.errors';
import { Rebuilds } from './view/rebuilds';
import { viewAccess } from './view/view-access';
import { ViewStatuses } from './view/view-status';
import { ViewsController } from './view/views.controller';

/** What queries are answered from. */
export interface QueryParts {
  readonly search: SearchStores;
  readonly cache: CacheStores;
  readonly analytics: AnalyticsStores;
  /** At least 32 random bytes, the same for all processes of an installation: `cursorKeyOf`. */
  readonly cursorKey: Buffer;
  /** Closes the stores when the process stops; left out when the host does it. */
  readonly close?: () => Promise<void>;
}

const QUERY_PARTS = Symbol('QueryParts');

/** Routes of payments, alerts, live cards, category totals and views. */
@Module({})
export class QueryApiModule implements OnApplicationShutdown {
  constructor(
    @Inject(QUERY_PARTS) private readonly parts: QueryParts,
    @Inject(ProblemCatalogue) catalogue: ProblemCatalogue,
  ) {
    catalogue.register([
      ...Object.values(queryProblems),
      { code: InvalidQueryError.code, status: 422, title: 'Query not allowed' },
      { code: StoreUnavailableError.code, status: 503, title: 'The view does not answer' },
    ]);
  }

  /** @param parts the parts, or opens them when the process starts */
  static using(parts: QueryParts | (() => Promise<QueryParts>)): DynamicModule {
    const part = <Name extends keyof QueryParts>(provide: symbol, name: Name) => ({
      provide,
      inject: [QUERY_PARTS],
      useFactory: (all: QueryParts) => all[name],
    });
    return {
      module: QueryApiModule,
      controllers: [
        FoundPaymentsController,
        FoundAlertsController,
        LiveCardController,
        CategoriesController,
        ViewsController,
      ],
      providers: [
        { provide: QUERY_PARTS, useFactory: typeof parts === 'function' ? parts : () => parts },
        part(SEARCH_STORES, 'search'),
        part(CACHE_STORES, 'cache'),
        part(ANALYTICS_STORES, 'analytics'),
        part(CURSOR_KEY, 'cursorKey'),
        ...viewAccess,
        SearchPages,
        ViewStatuses,
        Rebuilds,
      ],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.parts.close?.();
  }
}
