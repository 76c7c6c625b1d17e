/**
 * The views by name, and the parts that each is made of. A part has one source topic, one store
 * and one checkpoint per lane; a view that needs several topics has several parts.
 */
import { alertsProjection } from './alerts/alerts-index';
import { categoriesProjection } from './analytics/categories-rollup';
import { cardActivityProjection } from './cards/card-activity';
import { cardAlertsProjection } from './cards/card-alerts';
import { cardsProjection } from './cards/cards-projection';
import { paymentsProjection } from './payments/payments-index';

/** Names of the views, as operators and the REST interface say them. */
export const viewNames = ['payments', 'cards', 'analytics'] as const;

/** Name of a view. */
export type ViewName = (typeof viewNames)[number];

/** Name of a part: that of its index, cache view or rollup. */
export type ViewPartName =
  | 'payments'
  | 'alerts'
  | 'cards'
  | 'cardActivity'
  | 'cardAlerts'
  | 'categories';

/** A part: what it belongs to and what it is made from. */
export interface ViewPart {
  readonly part: ViewPartName;
  readonly view: ViewName;
  /** The one topic it is made from. */
  readonly topic: string;
}

/** Whether a text is the name of a view. */
export const isViewName = (text: string): text is ViewName =>
  viewNames.some((name) => name === text);

/** All parts; parts of a view stand together, in the order in which they are rebuilt. */
export const viewParts: readonly ViewPart[] = [
  { view: 'payments', part: 'payments', topic: paymentsProjection.topic },
  { view: 'payments', part: 'alerts', topic: alertsProjection.topic },
  { view: 'cards', part: 'cards', topic: cardsProjection.topic },
  { view: 'cards', part: 'cardActivity', topic: cardActivityProjection.topic },
  { view: 'cards', part: 'cardAlerts', topic: cardAlertsProjection.topic },
  { view: 'analytics', part: 'categories', topic: categoriesProjection.topic },
];
