/**
 * The stores of the views, one for each part, and the tokens under which a process finds them.
 */
import type {
  AnalyticsStore,
  CacheView,
  IndexDefinition,
  RollupDefinition,
  SearchIndex,
} from '@millrace/projections';
import { alertsIndex } from './alerts/alerts-index';
import { categoriesRollup } from './analytics/categories-rollup';
import { paymentsIndex } from './payments/payments-index';
import type { ViewPartName } from './view-parts';

/** Stores of the view `payments`, of the definitions `paymentsIndex` and `alertsIndex`. */
export interface SearchStores {
  readonly payments: SearchIndex;
  readonly alerts: SearchIndex;
}

/** Stores of the view `cards`; named like the parts. */
export interface CacheStores {
  readonly cards: CacheView;
  readonly cardActivity: CacheView;
  readonly cardAlerts: CacheView;
}

/** Stores of the view `analytics`, of the definition `categoriesRollup`. */
export interface AnalyticsStores {
  readonly categories: AnalyticsStore;
}

/** Nest token of `SearchStores`. */
export const SEARCH_STORES = Symbol('SearchStores');
/** Nest token of `CacheStores`. */
export const CACHE_STORES = Symbol('CacheStores');
/** Nest token of `AnalyticsStores`. */
export const ANALYTICS_STORES = Symbol('AnalyticsStores');

/** Opens the stores of the view `payments`, each by its definition. */
export const openSearchStores = async (
  open: (definition: IndexDefinition) => Promise<SearchIndex>,
): Promise<SearchStores> => ({
  payments: await open(paymentsIndex),
  alerts: await open(alertsIndex),
});

/** Makes the stores of the view `cards`, each by its name. */
export const openCacheStores = (open: (view: ViewPartName) => CacheView): CacheStores => ({
  cards: open('cards'),
  cardActivity: open('cardActivity'),
  cardAlerts: open('cardAlerts'),
});

/** Opens the store of the view `analytics` by its definition. */
export const openAnalyticsStores = async (
  open: (definition: RollupDefinition) => Promise<AnalyticsStore>,
): Promise<AnalyticsStores> => ({ categories: await open(categoriesRollup) });
