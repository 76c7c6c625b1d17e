/** The stores of all views in one process: one database for search and analytics, one cache. */
import { InProcessCacheView } from '@millrace/projections';
import {
  type AnalyticsStores,
  type CacheStores,
  openAnalyticsStores,
  openCacheStores,
  openSearchStores,
  type SearchStores,
} from '@millrace/views';
import {
  openPgliteViews,
  PostgresAnalyticsStore,
  PostgresSearchIndex,
} from '@millrace/views-postgres';
import { viewsFolder } from '../cli/data-folder';

/** Stores that are open. */
export interface OpenedViews {
  readonly search: SearchStores;
  readonly cache: CacheStores;
  readonly analytics: AnalyticsStores;
  close(): Promise<void>;
}

/**
 * @param folder the data folder
 * @param logIncarnation views of another log are wiped and fill again
 */
export const openViews = async (folder: string, logIncarnation: string): Promise<OpenedViews> => {
  const client = await openPgliteViews({
    folder: viewsFolder(folder),
    logIncarnation,
    onWiped: (reason) =>
      process.stderr.write(`millrace: views wiped (${reason}); they fill again from the log\n`),
  });
  try {
    return {
      search: await openSearchStores((definition) => PostgresSearchIndex.open(client, definition)),
      cache: openCacheStores((view) => new InProcessCacheView(view)),
      analytics: await openAnalyticsStores((definition) =>
        PostgresAnalyticsStore.open(client, definition),
      ),
      close: () => client.close(),
    };
  } catch (error) {
    await client.close();
    throw error;
  }
};
