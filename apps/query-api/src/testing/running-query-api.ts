/**
 * A query-api for tests: real HTTP on a free port, the embedded log and PGlite in a folder of its
 * own, all projectors in the process.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Clock, EVENT_LOG, type EventLog } from '@millrace/event-log';
import {
  CLOCK,
  createHttpApp,
  EventLogModule,
  EventLogStrategy,
  type HttpApp,
  loadConfig,
  openEventLog,
  TIMERS,
  type Timers,
} from '@millrace/platform';
import { InProcessCacheView } from '@millrace/projections';
import {
  ANALYTICS_PROJECTOR,
  analyticsProjector,
  CACHE_PROJECTOR,
  cacheProjector,
  openAnalyticsStores,
  openCacheStores,
  openSearchStores,
  type ProjectorSurroundings,
  SEARCH_PROJECTOR,
  searchProjector,
  type ViewProjector,
} from '@millrace/views';
import {
  openPgliteViews,
  type PgClient,
  PostgresAnalyticsStore,
  PostgresSearchIndex,
} from '@millrace/views-postgres';
import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { cursorKeyOf } from '../query/cursor-key';
import { QueryApiModule, type QueryParts } from '../query-api.module';

/** An answer, its body parsed when it is JSON. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

const LANES = 4;

/** A running query-api. */
export class RunningQueryApi {
  private constructor(
    private readonly folder: string,
    readonly log: EventLog,
    private readonly client: PgClient,
    private readonly app: HttpApp,
    private readonly transport: EventLogStrategy,
    readonly url: string,
  ) {}

  /** Starts one; without projectors the views stay as they are. */
  static async start(options: {
    readonly clock: Clock;
    readonly projectors?: boolean;
    readonly folder?: string;
  }): Promise<RunningQueryApi> {
    const folder = options.folder ?? (await mkdtemp(path.join(tmpdir(), 'query-api-')));
    const config = loadConfig(
      {},
      {
        MILLRACE_PORT: 0,
        MILLRACE_DATA: folder,
        MILLRACE_LOG_LEVEL: 'silent',
        MILLRACE_LANES: LANES,
      },
    );
    const { log } = await openEventLog(config, { clock: options.clock, command: 'test' });
    const views = path.join(folder, 'views');
    const client = await openPgliteViews({ folder: views, logIncarnation: log.incarnation });
    const parts = await partsOf(client, folder);
    const modules = [
      EventLogModule.using(log),
      ...(options.projectors === false ? [] : [ProjectorsModule.using(parts)]),
      QueryApiModule.using(parts),
    ];
    const app = await createHttpApp(modules, config, { name: 'test', clock: options.clock });
    const projectors = options.projectors === false ? [] : projectorTokens;
    const transport = new EventLogStrategy(
      projectors.map((token): ViewProjector => app.nest.get(token)),
    );
    await new Promise<void>((resolve, reject) => {
      void transport.listen((error) => (error === undefined ? resolve() : reject(error)));
    });
    return new RunningQueryApi(folder, log, client, app, transport, await app.listen());
  }

  projector(token: symbol): ViewProjector {
    return this.app.nest.get(token);
  }

  /** Waits until every view has passed the end of the log. */
  async caughtUp(): Promise<void> {
    for (const token of projectorTokens) {
      const passed = await this.projector(token).whenCaughtUp(AbortSignal.timeout(20_000));
      if (!passed) throw new Error(`${String(token)} did not catch up`);
    }
  }

  /** Asks by GET. */
  get(at: string): Promise<Answered> {
    return this.#ask(at, {});
  }

  /** Posts a JSON body, or none. */
  post(at: string, body?: unknown): Promise<Answered> {
    const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return this.#ask(at, { method: 'POST', ...(body === undefined ? {} : json) });
  }

  /** Stops everything and gives the folder, for a second start. */
  async stop(): Promise<string> {
    await this.transport.close();
    await this.app.close();
    await this.client.close();
    await this.log.close();
    return this.folder;
  }

  /** Stops and removes the folder. */
  async remove(): Promise<void> {
    await rm(await this.stop(), { recursive: true, force: true });
  }

  async #ask(at: string, init: RequestInit): Promise<Answered> {
    const answer = await fetch(`${this.url}${at}`, init);
    const text = await answer.text();
    const isJson = /json/.test(answer.headers.get('content-type') ?? '');
    return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : {} };
  }
}

const projectorTokens = [SEARCH_PROJECTOR, CACHE_PROJECTOR, ANALYTICS_PROJECTOR];

const partsOf = async (client: PgClient, folder: string): Promise<QueryParts> => ({
  search: await openSearchStores((definition) => PostgresSearchIndex.open(client, definition)),
  cache: openCacheStores((view) => new InProcessCacheView(view)),
  analytics: await openAnalyticsStores((d) => PostgresAnalyticsStore.open(client, d)),
  cursorKey: await cursorKeyOf(folder),
});

/** Provides the projectors, as the projector apps' modules do. */
@Module({})
class ProjectorsModule {
  static using({ search, cache, analytics }: QueryParts): DynamicModule {
    const provider = (provide: symbol, make: (around: ProjectorSurroundings) => ViewProjector) => ({
      provide,
      inject: [EVENT_LOG, CLOCK, TIMERS],
      useFactory: (log: EventLog, clock: Clock, delays: Timers) =>
        make({ log, clock, delays, random: () => 0 }),
    });
    return {
      module: ProjectorsModule,
      global: true,
      providers: [
        provider(SEARCH_PROJECTOR, (around) => searchProjector(search, around)),
        provider(CACHE_PROJECTOR, (around) => cacheProjector(cache, around)),
        provider(ANALYTICS_PROJECTOR, (around) => analyticsProjector(analytics, around)),
      ],
      exports: projectorTokens,
    };
  }
}
