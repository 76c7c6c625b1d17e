/**
 * The whole system in one process: every app's module over one log, one database for search and
 * analytics, one cache, one HTTP port.
 */
import { setMaxListeners } from 'node:events';
import { mkdirSync } from 'node:fs';
import { AlertResponderModule, RuntimeCardBlocker } from '@millrace/alert-responder';
import { AnalyticsProjectorModule } from '@millrace/analytics-projector';
import { CacheProjectorModule } from '@millrace/cache-projector';
import { COMMAND_RUNTIME, CommandApiModule } from '@millrace/command-api';
import { type Clock, type EventLog, LogInUseError } from '@millrace/event-log';
import { holderText, readLogHolder } from '@millrace/event-log-embedded';
import type { CommandRuntime } from '@millrace/event-sourcing';
import { topicNames } from '@millrace/payments';
import {
  type AppModule,
  type Config,
  createHttpApp,
  EventLogModule,
  type HttpApp,
  loadConfig,
  logOfFolder,
  Metrics,
  openEventLog,
  SystemClock,
} from '@millrace/platform';
import { cursorKeyOf, QueryApiModule } from '@millrace/query-api';
import { SearchProjectorModule } from '@millrace/search-projector';
import { DetectLanes, StreamProcessorModule } from '@millrace/stream-processor';
import { ViewsInUseError } from '@millrace/views-postgres';
import { OperatorModule } from '../operator/operator.module';
import { openLogFile } from './log-file';
import { appendTime, eventTime, newestTime } from './newest-time';
import { type OpenedViews, openViews } from './open-views';
import { responderCaughtUp } from './responder-caught-up';
import { viewsCaughtUp } from './views-caught-up';

/** How the system is started. */
export interface SystemOptions {
  /** Absolute path; made if missing. */
  readonly folder: string;
  /** What was typed: names this process to others. */
  readonly command: string;
  /** Default: `MILLRACE_PORT`, else 8080. 0 = any free port. */
  readonly port?: number;
  /** `embedded` or `kafka://…`. Default: `MILLRACE_LOG`, else that of the folder, else embedded. */
  readonly log?: string;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Told the newest time that the log holds (none: a new log), before it is written to. */
  readonly beforeWriting?: (lastMs: number | undefined) => void;
}

/** A system that serves. */
export interface System {
  readonly url: string;
  readonly folder: string;
  readonly shutdownDeadlineMs: number;
  readonly log: EventLog;
  readonly runtime: CommandRuntime;
  /** Resolves when detection and responder have passed what was written so far, or at the signal. */
  detectionCaughtUp(signal: AbortSignal): Promise<void>;
  /** Resolves when every view has passed what was written so far, or at the signal. */
  viewsCaughtUp(signal: AbortSignal): Promise<void>;
  /** Ends requests, hands lanes over, closes stores and log. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts everything; resolves when it serves.
 * @throws ConfigInvalidError, ViewsInUseError, and what `openEventLog` throws
 */
export const startSystem = async (options: SystemOptions): Promise<System> => {
  const { folder, command } = options;
  const config = loadConfig(process.env, {
    MILLRACE_DATA: folder,
    MILLRACE_PORT: options.port,
    MILLRACE_LOG: options.log ?? (process.env['MILLRACE_LOG'] || logOfFolder(folder)),
  });
  mkdirSync(folder, { recursive: true });
  const clock = options.clock ?? new SystemClock();
  const opened = new Closing();
  try {
    const held = await openEventLog(config, { clock, command });
    const { log } = held;
    opened.add(() => held.close());
    const { lanes } = config;
    // On Kafka append time is the brokers' clock, which `options.clock` does not set.
    const timeOf = config.log.kind === 'kafka' ? eventTime : appendTime;
    const lastMs = await newestTime(log, { topic: topicNames.cardEvents, lanes }, timeOf);
    options.beforeWriting?.(lastMs);
    const views = await openViews(folder, log.incarnation).catch((error) => inUse(folder, error));
    opened.add(() => views.close());
    const app = await createApp({ config, clock, log, views, folder });
    opened.add(() => app.close());
    held.tellTo({ log: app.log, metrics: app.nest.get(Metrics) });
    const url = await app.listen();
    await held.describeHolder({ address: url });
    return systemOf({ app, log, url, folder, config, close: () => opened.close() });
  } catch (error) {
    await opened.close();
    throw error;
  }
};

// A log on Kafka is open to all: here the views say that the folder is taken, not by whom.
const inUse = async (folder: string, error: unknown): Promise<never> => {
  const holder = await readLogHolder(folder);
  if (!(error instanceof ViewsInUseError) || holder === undefined) throw error;
  throw new LogInUseError(folder, holderText(holder), error);
};

interface AppParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: EventLog;
  readonly views: OpenedViews;
  readonly folder: string;
}

const createApp = async (parts: AppParts): Promise<HttpApp> => {
  const { config, clock, log, views, folder } = parts;
  const modules: readonly AppModule[] = [
    EventLogModule.using(log),
    CommandApiModule,
    StreamProcessorModule,
    AlertResponderModule.using({
      imports: [CommandApiModule],
      inject: [COMMAND_RUNTIME],
      useFactory: (runtime: CommandRuntime) => new RuntimeCardBlocker(runtime),
    }),
    SearchProjectorModule.using(views.search),
    CacheProjectorModule.using(views.cache),
    AnalyticsProjectorModule.using(views.analytics),
    QueryApiModule.using({ ...views, cursorKey: await cursorKeyOf(folder) }),
    OperatorModule.using(folder),
  ];
  return createHttpApp(modules, config, {
    name: 'millrace',
    clock,
    logDestination: openLogFile(folder),
  });
};

interface Started {
  readonly app: HttpApp;
  readonly log: EventLog;
  readonly url: string;
  readonly folder: string;
  readonly config: Config;
  readonly close: () => Promise<void>;
}

const systemOf = (started: Started): System => {
  const { app, log, url, folder, config } = started;
  const runtime = app.nest.get<CommandRuntime>(COMMAND_RUNTIME, { strict: false });
  const detection = app.nest.get(DetectLanes, { strict: false });
  return {
    url,
    folder,
    shutdownDeadlineMs: config.shutdownDeadlineMs,
    log,
    runtime,
    detectionCaughtUp: async (signal) => {
      // Every lane listens while it is waited for.
      setMaxListeners(0, signal);
      await detection.whenCaughtUp(signal);
      await responderCaughtUp(log, config.lanes, signal);
    },
    viewsCaughtUp: (signal) => viewsCaughtUp(app.nest, signal),
    close: started.close,
  };
};

/** Closes what was opened, last first, once. */
class Closing {
  readonly #steps: (() => Promise<void>)[] = [];
  #closed: Promise<void> | undefined;

  add(step: () => Promise<void>): void {
    this.#steps.unshift(step);
  }

  close(): Promise<void> {
    this.#closed ??= (async () => {
      for (const step of this.#steps) await step();
    })();
    return this.#closed;
  }
}
