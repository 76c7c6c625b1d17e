export { PostgresAnalyticsStore } from './analytics/postgres-analytics-store';
export { migrate } from './migration/migrate';
export type { PgClient, PgResult, PgRow, PgSession, PgValue } from './pg-client.port';
export { type OpenPgliteViewsOptions, openPgliteViews } from './pglite/open-pglite-views';
export type { WipeReason } from './pglite/views-state';
export { type OpenStoreOptions, PostgresSearchIndex } from './search/postgres-search-index';
export {
  MigrationMismatchError,
  StatementFailedError,
  ViewsClosedError,
  ViewsInUseError,
  ViewsUnusableError,
} from './views-postgres.errors';
