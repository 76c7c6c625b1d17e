/**
 * Keeps the view `cards`: each card as it lives, from the cache.
 *
 * The module runs by being imported: its projector starts with the app, over the log's transport,
 * and has stopped before the log closes. Needs the platform and `EVENT_LOG`.
 */
import { type Clock, EVENT_LOG, type EventLog } from '@millrace/event-log';
import {
  CLOCK,
  EventLogStrategy,
  HealthChecks,
  Metrics,
  SERVICE_LOG,
  type ServiceLog,
  TIMERS,
  type Timers,
} from '@millrace/platform';
import {
  CACHE_PROJECTOR,
  CACHE_STORES,
  type CacheStores,
  cacheProjector,
  projectorTelling,
  seededJitter,
  type ViewProjector,
} from '@millrace/views';
import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';

/** Global module that provides `CACHE_PROJECTOR` and `CACHE_STORES`. */
@Module({})
export class CacheProjectorModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #transport: EventLogStrategy;

  constructor(
    @Inject(CACHE_PROJECTOR) projector: ViewProjector,
    @Inject(HealthChecks) health: HealthChecks,
  ) {
    this.#transport = new EventLogStrategy([projector]);
    health.register('ready', `view ${projector.view}`, () => projector.health.state());
  }

  /** @param stores query-api reads the same ones */
  static using(stores: CacheStores): DynamicModule {
    return {
      module: CacheProjectorModule,
      global: true,
      providers: [
        { provide: CACHE_STORES, useValue: stores },
        {
          provide: CACHE_PROJECTOR,
          inject: [CACHE_STORES, EVENT_LOG, CLOCK, TIMERS, Metrics, SERVICE_LOG],
          useFactory: projectorOf,
        },
      ],
      exports: [CACHE_STORES, CACHE_PROJECTOR],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const done = (error?: unknown): void => (error === undefined ? resolve() : reject(error));
      void this.#transport.listen(done);
    });
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.#transport.close();
  }
}

const projectorOf = (
  ...[stores, log, clock, delays, metrics, serviceLog]: [
    CacheStores,
    EventLog,
    Clock,
    Timers,
    Metrics,
    ServiceLog,
  ]
): ViewProjector =>
  cacheProjector(stores, {
    log,
    clock,
    delays,
    random: seededJitter(`${process.pid}/cards`),
    observer: projectorTelling(metrics, serviceLog),
  });
