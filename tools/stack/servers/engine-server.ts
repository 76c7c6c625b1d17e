/** One store of one process: Elasticsearch, Redis or Postgres on its own port and folder. */
import { rmSync } from 'node:fs';
import { poll } from '../poll';
import {
  EngineProcess,
  type KnownProcess,
  type Launch,
  type Life,
} from '../processes/engine-process';
import { endOrphans, ownEngines } from '../processes/owned-engines';

/** How to start a store. */
export interface ServerOptions {
  /** Data, settings and log, kept on stop; a fresh folder that is removed when left out. */
  readonly folder?: string;
  /** More settings in the engine's own words; they win. */
  readonly settings?: Readonly<Record<string, string>>;
  /** `owned` (when left out): ends with this process. `detached`: outlives it. */
  readonly life?: Life;
}

/** A running store. */
export interface EngineServer {
  /** On 127.0.0.1, with the user where one is needed. */
  readonly url: string;
  readonly version: string;
  readonly pid: number | undefined;
  /** Its folder of data, settings and log. */
  readonly folder: string;
  /** What its processes are known by. */
  readonly processes: readonly KnownProcess[];
  /** The end of its log, for error messages. */
  logTail(): string;
  /** SIGKILL; resolves when it is gone. Data stay. */
  kill(): Promise<void>;
  /** SIGSTOP. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** Starts it again on its port and data; resolves when it serves. */
  start(): Promise<void>;
  /** Ends it in order; removes the data unless a folder was given. */
  stop(): Promise<void>;
}

/** What an engine adds. */
export interface ServerPlan {
  readonly url: string;
  readonly folder: string;
  readonly kept: boolean;
  readonly life: Life;
  readonly launch: Launch;
  /** The process that serves, where it is a child of the launched one. */
  readonly serving?: KnownProcess;
  /** @returns its version once it serves; rejects or undefined before */
  readonly probe: () => Promise<string | undefined>;
}

const START_DEADLINE_MS = 120_000;
const STOP_GRACE_MS = 30_000;

/** Starts what is planned. @throws GaveUpError with the end of its log */
export const startServer = async (plan: ServerPlan): Promise<EngineServer> => {
  endOrphans();
  const { launch, life, folder, kept, url, serving } = plan;
  const launched = new EngineProcess(launch, life);
  const child =
    serving === undefined ? undefined : new EngineProcess({ ...launch, ...serving }, life);
  const processes = [launch, ...(serving === undefined ? [] : [serving])].map(
    ({ name, pidFile, marker }) => ({ name, pidFile, marker }),
  );
  const disown = ownEngines({ engines: processes, ...(kept ? {} : { folder }) });
  const forget = (): void => {
    if (!kept) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    disown();
  };
  const kill = async (): Promise<void> => {
    await child?.kill();
    await launched.kill();
  };
  const start = async (): Promise<string> => {
    launched.start();
    return serves(plan, launched);
  };
  const version = await start().catch(async (error: unknown) => {
    await kill();
    forget();
    throw error;
  });
  // Until it serves even a detached one belongs to its starter, which may be interrupted.
  if (life === 'detached') disown();
  return {
    url,
    version,
    folder,
    processes,
    get pid() {
      return (child ?? launched).pid;
    },
    logTail: () => launched.logTail(),
    kill,
    pause: () => (child ?? launched).signal('SIGSTOP'),
    resume: () => (child ?? launched).signal('SIGCONT'),
    start: async () => {
      await start();
    },
    stop: async () => {
      await launched.stop(STOP_GRACE_MS);
      await child?.stop(STOP_GRACE_MS);
      forget();
    },
  };
};

const serves = ({ probe }: ServerPlan, engine: EngineProcess): Promise<string> =>
  poll(
    async () => {
      engine.assertRuns();
      return probe();
    },
    {
      what: `${engine.launch.name} to serve`,
      deadlineMs: START_DEADLINE_MS,
      detail: () => engine.logTail(),
    },
  );
