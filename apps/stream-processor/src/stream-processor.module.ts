/**
 * Detection as a Nest module: it runs by being imported. Needs the platform and `EVENT_LOG`
 * (`EventLogModule`).
 */
import { type Clock, EVENT_LOG, type EventLog } from '@millrace/event-log';
import {
  CLOCK,
  CONFIG,
  type Config,
  HealthChecks,
  Metrics,
  SERVICE_LOG,
  type ServiceLog,
  TIMERS,
  type Timers,
} from '@millrace/platform';
import {
  type BeforeApplicationShutdown,
  Inject,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DetectLanes } from './detect-lanes';

const detectLanesProvider = {
  provide: DetectLanes,
  inject: [EVENT_LOG, CLOCK, TIMERS, CONFIG, Metrics, SERVICE_LOG],
  useFactory: (
    ...[log, clock, timers, config, metrics, serviceLog]: [
      EventLog,
      Clock,
      Timers,
      Config,
      Metrics,
      ServiceLog,
    ]
  ) => new DetectLanes({ log, clock, timers, config, metrics, serviceLog }),
};

/** Runs the topology `detect`; readiness `topology detect`, startup once its state is restored. */
@Module({ providers: [detectLanesProvider], exports: [DetectLanes] })
export class StreamProcessorModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(DetectLanes) private readonly lanes: DetectLanes,
    @Inject(HealthChecks) health: HealthChecks,
  ) {
    health.register('ready', 'topology detect', () => lanes.readiness());
    health.register('started', 'topology detect', () => lanes.startup());
  }

  onApplicationBootstrap(): Promise<void> {
    return this.lanes.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.lanes.stop();
  }
}
