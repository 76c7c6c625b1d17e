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
export { InProcessCacheView } from './in-process/in-process-cache-view';
export type { Projection } from './projection';
export {
  GenerationGoneError,
  GenerationLiveError,
  InvalidChangeError,
  InvalidDefinitionError,
  InvalidQueryError,
  RebuildCancelledError,
  RebuildNotPossibleError,
  RecordUnreadableError,
  StoreUnavailableError,
  TooManyBlockedError,
} from './projections.errors';
export { DEAD_LETTER_TYPE, type DeadLetter } from './projector/dead-letter';
export type { LaneState } from './projector/lane-projector';
export { Projector } from './projector/projector';
export {
  type ProjectorObserver,
  type ProjectorPlace,
  silentProjectorObserver,
} from './projector/projector-observer.port';
export {
  type Delays,
  defaultProjectorLimits,
  type ProjectorLimits,
  type ProjectorOptions,
} from './projector/projector-options';
export type { LaneStatus, ProjectorStatus } from './projector/projector-status';
export type {
  RebuildOptions,
  RebuildProgress,
  RebuildResult,
  RebuildState,
} from './projector/rebuild';
export {
  compareGenerations,
  type GenerationDifference,
  rowsOf,
} from './rebuild/compare-generations';
export {
  bucketStart,
  checkIncrement,
  checkRollupDefinition,
  checkRollupQuery,
} from './rollup/check-rollup';
export { coalesceIncrements, type RollupDelta, rollupKey } from './rollup/coalesce-increments';
export { checkDocument } from './search/check-document';
export { type CheckedSearchQuery, checkSearchQuery } from './search/check-search-query';
export { coalesceDocuments } from './search/coalesce-documents';
export { checkIndexDefinition, queryableFields } from './search/index-definition';
export type { SearchFilter, SearchQuery } from './search/search-query';
export { decodeCursor, encodeCursor, type SearchPlace } from './search/search-query';
export { keywordWord, type QueryTerm, wordsOf } from './search/words';
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
