/**
 * query-api as a process of its own, on its own data folder. In embedded mode the cache belongs to
 * one process: live cards are there only in the all-in-one process, the other views as they stand.
 */
import path from 'node:path';
import type { EventLog } from '@millrace/event-log';
import { EventLogModule, loadConfig, runProcess } from '@millrace/platform';
import { InProcessCacheView } from '@millrace/projections';
import { openAnalyticsStores, openCacheStores, openSearchStores } from '@millrace/views';
import {
  openPgliteViews,
  PostgresAnalyticsStore,
  PostgresSearchIndex,
} from '@millrace/views-postgres';
import { cursorKeyOf } from './query/cursor-key';
import { QueryApiModule, type QueryParts } from './query-api.module';

const openParts = async (log: EventLog): Promise<QueryParts> => {
  const { dataDir } = loadConfig(process.env);
  const folder = path.join(dataDir, 'views');
  const client = await openPgliteViews({ folder, logIncarnation: log.incarnation });
  return {
    search: await openSearchStores((definition) => PostgresSearchIndex.open(client, definition)),
    cache: openCacheStores((view) => new InProcessCacheView(view)),
    analytics: await openAnalyticsStores((definition) =>
      PostgresAnalyticsStore.open(client, definition),
    ),
    cursorKey: await cursorKeyOf(dataDir),
    close: () => client.close(),
  };
};

void runProcess({
  name: 'query-api',
  defaultPort: 8081,
  modules: (log) => [EventLogModule.using(log), QueryApiModule.using(() => openParts(log))],
});
