/**
 * search-projector as a process of its own, on its own data folder.
 */
import path from 'node:path';
import type { EventLog } from '@millrace/event-log';
import { EventLogModule, loadConfig, runProcess } from '@millrace/platform';
import { openSearchStores } from '@millrace/views';
import { openPgliteViews, PostgresSearchIndex } from '@millrace/views-postgres';
import { SearchProjectorModule } from './search-projector.module';

const openStores = async (log: EventLog) => {
  const folder = path.join(loadConfig(process.env).dataDir, 'views');
  const client = await openPgliteViews({ folder, logIncarnation: log.incarnation });
  const stores = await openSearchStores((definition) =>
    PostgresSearchIndex.open(client, definition),
  );
  return { stores, close: () => client.close() };
};

void runProcess({
  name: 'search-projector',
  defaultPort: 8084,
  modules: (log) => [EventLogModule.using(log), SearchProjectorModule.using(() => openStores(log))],
});
