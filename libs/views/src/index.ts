export {
  alertDocument,
  alertFieldValues,
  alertsIndex,
  alertsProjection,
} from './alerts/alerts-index';
export {
  type CountedEvent,
  categoriesProjection,
  categoriesRollup,
  categoryIncrement,
} from './analytics/categories-rollup';
export {
  type ActivityCounters,
  type AuthorizationEvent,
  cardActivityProjection,
} from './cards/card-activity';
export { cardAlertsProjection, KEPT_ALERTS, type LiveAlert } from './cards/card-alerts';
export { cardsProjection, KEPT_PAYMENTS, type LiveCardRow } from './cards/cards-projection';
export {
  type CardRisk,
  type LiveCard,
  type LiveCardParts,
  liveCard,
  type SpanCounters,
} from './cards/live-card';
export type { LivePayment } from './cards/live-payment';
export {
  paymentDocument,
  paymentFieldValues,
  paymentKey,
  paymentsIndex,
  paymentsProjection,
} from './payments/payments-index';
export {
  type CounterSource,
  projectorTelling,
  type TellingLog,
} from './projector/projector-telling';
export { seededJitter } from './projector/seeded-jitter';
export { ViewHealth, type ViewHealthState } from './projector/view-health';
export {
  type PartProjector,
  type PartRebuilt,
  ViewProjector,
  type ViewProjectorParts,
  type ViewRebuildOptions,
  type ViewRebuildProgress,
  type ViewStatus,
} from './projector/view-projector';
export {
  ANALYTICS_PROJECTOR,
  analyticsProjector,
  CACHE_PROJECTOR,
  cacheProjector,
  type ProjectorSurroundings,
  SEARCH_PROJECTOR,
  searchProjector,
} from './projector/view-projectors';
export {
  isViewName,
  type ViewName,
  type ViewPart,
  type ViewPartName,
  viewNames,
  viewParts,
} from './view-parts';
export {
  ANALYTICS_STORES,
  type AnalyticsStores,
  CACHE_STORES,
  type CacheStores,
  openAnalyticsStores,
  openCacheStores,
  openSearchStores,
  SEARCH_STORES,
  type SearchStores,
} from './view-stores';
