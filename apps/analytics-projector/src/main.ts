/**
 * analytics-projector as a process of its own, on its own data folder.
 */
import path from 'node:path';
import type { EventLog } from '@millrace/event-log';
import { EventLogModule, loadConfig, runProcess } from '@millrace/platform';
import { openAnalyticsStores } from '@millrace/views';
import { openPgliteViews, PostgresAnalyticsStore } from '@millrace/views-postgres';
import { AnalyticsProjectorModule } from './analytics-projector.module';

const openStores = async (log: EventLog) => {
  const folder = path.join(loadConfig(process.env).dataDir, 'views');
  const client = await openPgliteViews({ folder, logIncarnation: log.incarnation });
  const stores = await openAnalyticsStores((definition) =>
    PostgresAnalyticsStore.open(client, definition),
  );
  return { stores, close: () => client.close() };
};

void runProcess({
  name: 'analytics-projector',
  defaultPort: 8086,
  modules: (log) => [
    EventLogModule.using(log),
    AnalyticsProjectorModule.using(() => openStores(log)),
  ],
});
