/**
 * Keeps the view `analytics`: totals per category, currency and hour.
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
  ANALYTICS_PROJECTOR,
  ANALYTICS_STORES,
  type AnalyticsStores,
  analyticsProjector,
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
  type OnApplicationShutdown,
} from '@nestjs/common';

/** Stores and how they are closed. */
export interface OpenedAnalyticsStores {
  readonly stores: AnalyticsStores;
  readonly close?: () => Promise<void>;
}

const OPENED_STORES = Symbol('OpenedStores');

/** Global module that provides `ANALYTICS_PROJECTOR` and `ANALYTICS_STORES`. */
@Module({})
export class AnalyticsProjectorModule
  implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  readonly #transport: EventLogStrategy;

  constructor(
    @Inject(ANALYTICS_PROJECTOR) projector: ViewProjector,
    @Inject(HealthChecks) health: HealthChecks,
    @Inject(OPENED_STORES) private readonly opened: OpenedAnalyticsStores,
  ) {
    this.#transport = new EventLogStrategy([projector]);
    health.register('ready', `view ${projector.view}`, () => projector.health.state());
  }

  /**
   * @param stores query-api reads the same ones; given as they are, their host closes them, given
   *   as a way to open them, this module does when the process stops
   */
  static using(stores: AnalyticsStores | (() => Promise<OpenedAnalyticsStores>)): DynamicModule {
    const open = typeof stores === 'function' ? stores : () => ({ stores });
    return {
      module: AnalyticsProjectorModule,
      global: true,
      providers: [
        { provide: OPENED_STORES, useFactory: open },
        {
          provide: ANALYTICS_STORES,
          inject: [OPENED_STORES],
          useFactory: (opened: OpenedAnalyticsStores) => opened.stores,
        },
        {
          provide: ANALYTICS_PROJECTOR,
          inject: [ANALYTICS_STORES, EVENT_LOG, CLOCK, TIMERS, Metrics, SERVICE_LOG],
          useFactory: projectorOf,
        },
      ],
      exports: [ANALYTICS_STORES, ANALYTICS_PROJECTOR],
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

  async onApplicationShutdown(): Promise<void> {
    await this.opened.close?.();
  }
}

const projectorOf = (
  ...[stores, log, clock, delays, metrics, serviceLog]: [
    AnalyticsStores,
    EventLog,
    Clock,
    Timers,
    Metrics,
    ServiceLog,
  ]
): ViewProjector =>
  analyticsProjector(stores, {
    log,
    clock,
    delays,
    random: seededJitter(`${process.pid}/analytics`),
    observer: projectorTelling(metrics, serviceLog),
  });
