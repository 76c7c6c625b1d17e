/**
 * cache-projector as a process of its own, on its own data folder; the cache lives in the process.
 */
import { EventLogModule, runProcess } from '@millrace/platform';
import { InProcessCacheView } from '@millrace/projections';
import { openCacheStores } from '@millrace/views';
import { CacheProjectorModule } from './cache-projector.module';

void runProcess({
  name: 'cache-projector',
  defaultPort: 8085,
  modules: (log) => [
    EventLogModule.using(log),
    CacheProjectorModule.using(openCacheStores((view) => new InProcessCacheView(view))),
  ],
});
