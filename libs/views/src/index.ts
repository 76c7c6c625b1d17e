export { ALERTS_TOPIC, type Alert, type AlertPayment } from './alerts/alert';
export { alertDocument, alertKey, alertsIndex, alertsProjection } from './alerts/alerts-index';
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
export { paymentDocument, paymentsIndex, paymentsProjection } from './payments/payments-index';
export {
  isViewName,
  type ViewName,
  type ViewPart,
  type ViewPartName,
  viewNames,
  viewParts,
} from './view-parts';
