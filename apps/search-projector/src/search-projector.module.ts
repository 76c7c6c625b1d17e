/**
 * Keeps the view `payments`: payments and alerts by text and fields.
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
  projectorTelling,
  SEARCH_PROJECTOR,
  SEARCH_STORES,
  type SearchStores,
  searchProjector,
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
export interface OpenedSearchStores {
  readonly stores: SearchStores;
  readonly close?: () => Promise<void>;
}

const OPENED_STORES = Symbol('OpenedStores');

/** Global module that provides `SEARCH_PROJECTOR` and `SEARCH_STORES`. */
@Module({})
export class SearchProjectorModule
  implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  readonly #transport: EventLogStrategy;

  constructor(
    @Inject(SEARCH_PROJECTOR) projector: ViewProjector,
    @Inject(HealthChecks) health: HealthChecks,
    @Inject(OPENED_STORES) private readonly opened: OpenedSearchStores,
  ) {
    this.#transport = new EventLogStrategy([projector]);
    health.register('ready', `view ${projector.view}`, () => projector.health.state());
  }

  /**
   * @param stores query-api reads the same ones; given as they are, their host closes them, given
   *   as a way to open them, this module does when the process stops
   */
  static using(stores: SearchStores | (() => Promise<OpenedSearchStores>)): DynamicModule {
    const open = typeof stores === 'function' ? stores : () => ({ stores });
    return {
      module: SearchProjectorModule,
      global: true,
      providers: [
        { provide: OPENED_STORES, useFactory: open },
        {
          provide: SEARCH_STORES,
          inject: [OPENED_STORES],
          useFactory: (opened: OpenedSearchStores) => opened.stores,
        },
        {
          provide: SEARCH_PROJECTOR,
          inject: [SEARCH_STORES, EVENT_LOG, CLOCK, TIMERS, Metrics, SERVICE_LOG],
          useFactory: projectorOf,
        },
      ],
      exports: [SEARCH_STORES, SEARCH_PROJECTOR],
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
    SearchStores,
    EventLog,
    Clock,
    Timers,
    Metrics,
    ServiceLog,
  ]
): ViewProjector =>
  searchProjector(stores, {
    log,
    clock,
    delays,
    random: seededJitter(`${process.pid}/payments`),
    observer: projectorTelling(metrics, serviceLog),
  });
