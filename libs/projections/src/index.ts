export {
  ANALYTICS_STORE,
  type AnalyticsStore,
  type RollupDefinition,
  type RollupIncrement,
  type RollupQuery,
  type RollupResult,
  type RollupRow,
} from './analytics-store.port';
export { CACHE_VIEW, type CachedRow, type CacheUpdate, type CacheView } from './cache-view.port';
export type { Projection } from './projection';
export {
  GenerationGoneError,
  GenerationLiveError,
  InvalidChangeError,
  InvalidDefinitionError,
  InvalidQueryError,
  StoreUnavailableError,
} from './projections.errors';
export type { SearchFilter, SearchQuery } from './search/search-query';
export { decodeCursor, encodeCursor, type SearchPlace } from './search/search-query';
export {
  type FacetCount,
  type FieldType,
  type FoundDocument,
  type IndexDefinition,
  SEARCH_INDEX,
  type SearchIndex,
  type SearchResult,
  type VersionedDocument,
} from './search-index.port';
export type {
  ApplyOutcome,
  BlockedSubject,
  Generation,
  JsonObject,
  JsonValue,
  LaneBatch,
  LaneCheckpoint,
  RowPage,
  ViewRow,
  ViewStore,
} from './view-store.port';
