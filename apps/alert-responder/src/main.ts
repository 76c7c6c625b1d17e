/**
 * alert-responder as a process of its own; it reaches command-api by HTTP.
 */
import { EventLogModule, runProcess } from '@millrace/platform';
import { AlertResponderModule } from './alert-responder.module';

void runProcess({
  name: 'alert-responder',
  defaultPort: 8083,
  modules: (log) => [EventLogModule.using(log), AlertResponderModule.overHttp()],
});
