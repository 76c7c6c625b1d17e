/**
 * How this process reaches the views: all stores by part, and the projectors that run here.
 */
import type { ViewStore } from '@millrace/projections';
import {
  ANALYTICS_PROJECTOR,
  ANALYTICS_STORES,
  type AnalyticsStores,
  CACHE_PROJECTOR,
  CACHE_STORES,
  type CacheStores,
  SEARCH_PROJECTOR,
  SEARCH_STORES,
  type SearchStores,
  type ViewName,
  type ViewPartName,
  type ViewProjector,
} from '@millrace/views';

/** Stores by part; enough of them to read checkpoints. */
export type PartStores = Readonly<Record<ViewPartName, ViewStore<never>>>;

/** Projectors of this process; a view whose projector runs elsewhere has none. */
export type ViewProjectors = ReadonlyMap<ViewName, ViewProjector>;

/** Nest token of `PartStores`. */
export const PART_STORES = Symbol('PartStores');
/** Nest token of `ViewProjectors`. */
export const VIEW_PROJECTORS = Symbol('ViewProjectors');

/** Nest providers of both. */
export const viewAccess = [
  {
    provide: PART_STORES,
    inject: [SEARCH_STORES, CACHE_STORES, ANALYTICS_STORES],
    useFactory: (
      search: SearchStores,
      cache: CacheStores,
      analytics: AnalyticsStores,
    ): PartStores => ({ ...search, ...cache, ...analytics }),
  },
  {
    provide: VIEW_PROJECTORS,
    inject: [SEARCH_PROJECTOR, CACHE_PROJECTOR, ANALYTICS_PROJECTOR].map((token) => ({
      token,
      optional: true,
    })),
    useFactory: (...projectors: readonly (ViewProjector | undefined)[]): ViewProjectors =>
      new Map(
        projectors.flatMap((projector) =>
          projector === undefined ? [] : [[projector.view, projector] as const],
        ),
      ),
  },
];
