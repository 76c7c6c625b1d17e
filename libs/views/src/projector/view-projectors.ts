/**
 * The projectors of the three views over their stores.
 */
import type { Clock, EventLog } from '@millrace/event-log';
import { fraudTopicNames } from '@millrace/fraud';
import {
  type Delays,
  type Projection,
  Projector,
  type ProjectorLimits,
  type ProjectorObserver,
  silentProjectorObserver,
  type ViewStore,
} from '@millrace/projections';
import { alertsProjection } from '../alerts/alerts-index';
import { categoriesProjection } from '../analytics/categories-rollup';
import { cardActivityProjection } from '../cards/card-activity';
import { cardAlertsProjection } from '../cards/card-alerts';
import { cardsProjection } from '../cards/cards-projection';
import { paymentsProjection } from '../payments/payments-index';
import type { AnalyticsStores, CacheStores, SearchStores } from '../view-stores';
import { ViewHealth } from './view-health';
import { ViewProjector } from './view-projector';

/** What projectors run on. */
export interface ProjectorSurroundings {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly delays: Delays;
  /** 0 <= random < 1: jitters pauses. */
  readonly random: () => number;
  readonly observer?: ProjectorObserver;
  readonly limits?: Partial<ProjectorLimits>;
}

/** Nest token of the projector of `payments`. */
export const SEARCH_PROJECTOR = Symbol('SearchProjector');
/** Nest token of the projector of `cards`. */
export const CACHE_PROJECTOR = Symbol('CacheProjector');
/** Nest token of the projector of `analytics`. */
export const ANALYTICS_PROJECTOR = Symbol('AnalyticsProjector');

/** Keeps payments and alerts searchable. */
export const searchProjector = (
  stores: SearchStores,
  surroundings: ProjectorSurroundings,
): ViewProjector => {
  const parts = new Parts(surroundings);
  const projectors = [
    parts.projector(paymentsProjection, stores.payments),
    parts.projector(alertsProjection, stores.alerts),
  ];
  return new ViewProjector({ view: 'payments', projectors, health: parts.health });
};

/** Keeps the live cards. */
export const cacheProjector = (
  stores: CacheStores,
  surroundings: ProjectorSurroundings,
): ViewProjector => {
  const parts = new Parts(surroundings);
  const projectors = [
    parts.projector(cardsProjection, stores.cards),
    parts.projector(cardActivityProjection, stores.cardActivity),
    parts.projector(cardAlertsProjection, stores.cardAlerts),
  ];
  return new ViewProjector({ view: 'cards', projectors, health: parts.health });
};

/** Keeps the category totals. */
export const analyticsProjector = (
  stores: AnalyticsStores,
  surroundings: ProjectorSurroundings,
): ViewProjector => {
  const parts = new Parts(surroundings);
  const projectors = [parts.projector(categoriesProjection, stores.categories)];
  return new ViewProjector({ view: 'analytics', projectors, health: parts.health });
};

class Parts {
  readonly health = new ViewHealth();

  constructor(private readonly surroundings: ProjectorSurroundings) {}

  projector<Source, Change>(
    projection: Projection<Source, Change>,
    store: ViewStore<Change>,
  ): Projector<Source, Change> {
    const { observer = silentProjectorObserver, ...rest } = this.surroundings;
    return new Projector({
      ...rest,
      projection,
      store,
      deadLetterTopic: fraudTopicNames.deadLetters,
      observer: this.health.observing(observer),
    });
  }
}
