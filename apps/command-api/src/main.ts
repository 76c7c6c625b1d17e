/**
 * command-api as a process of its own.
 */
import { EventLogModule, runProcess } from '@millrace/platform';
import { CommandApiModule } from './command-api.module';

void runProcess({
  name: 'command-api',
  defaultPort: 8080,
  modules: (log) => [EventLogModule.using(log), CommandApiModule],
});
