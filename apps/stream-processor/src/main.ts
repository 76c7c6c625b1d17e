/**
 * stream-processor as a process of its own.
 */
import { EventLogModule, runProcess } from '@millrace/platform';
import { StreamProcessorModule } from './stream-processor.module';

void runProcess({
  name: 'stream-processor',
  defaultPort: 8082,
  modules: (log) => [EventLogModule.using(log), StreamProcessorModule],
});
