/**
 * The responder as a Nest module: it runs by being imported. Needs the platform and `EVENT_LOG`
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
  type DynamicModule,
  type FactoryProvider,
  Inject,
  Module,
  type ModuleMetadata,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { AlertResponder } from './alert-responder';
import { CARD_BLOCKER, type CardBlocker } from './card-blocker.port';
import { HttpCardBlocker } from './http-card-blocker';
import { responderMetrics } from './responder-metrics';

/** How the module gets its `CardBlocker`. */
export interface CardBlockerSource
  extends Pick<ModuleMetadata, 'imports'>,
    Pick<FactoryProvider<CardBlocker>, 'inject' | 'useFactory'> {}

const responderProvider = {
  provide: AlertResponder,
  inject: [EVENT_LOG, CLOCK, TIMERS, CARD_BLOCKER, Metrics, SERVICE_LOG],
  useFactory: (
    ...[log, clock, timers, blocker, metrics, serviceLog]: [
      EventLog,
      Clock,
      Timers,
      CardBlocker,
      Metrics,
      ServiceLog,
    ]
  ) =>
    new AlertResponder({
      log,
      clock,
      blocker,
      observer: responderMetrics(metrics, serviceLog),
      delay: (ms, signal) => timers.delay(ms, signal),
    }),
};

const COMMAND_API_HERE = 'http://127.0.0.1:8080';

/** Blocks cards upon alerts; readiness `alert responder`. */
@Module({})
export class AlertResponderModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(AlertResponder) private readonly responder: AlertResponder,
    @Inject(HealthChecks) health: HealthChecks,
  ) {
    health.register('ready', 'alert responder', () => {
      const notRunning = responder.lanes().filter(({ status }) => status !== 'running');
      const detail = notRunning.map(({ lane, status }) => `lane ${lane} is ${status}`).join('; ');
      return notRunning.length === 0 ? { ok: true } : { ok: false, detail };
    });
  }

  /** Blocks through what the source gives: in the all-in-one the process's own runtime. */
  static using(source: CardBlockerSource): DynamicModule {
    const { imports = [], inject = [], useFactory } = source;
    return {
      module: AlertResponderModule,
      imports,
      providers: [{ provide: CARD_BLOCKER, inject, useFactory }, responderProvider],
    };
  }

  /** Blocks by HTTP at `MILLRACE_COMMAND_URL`; default http://127.0.0.1:8080. */
  static overHttp(): DynamicModule {
    return AlertResponderModule.using({
      inject: [CONFIG],
      useFactory: (config: Config) => new HttpCardBlocker(config.commandUrl ?? COMMAND_API_HERE),
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.responder.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.responder.stop();
  }
}
