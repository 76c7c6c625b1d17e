/**
 * The life of a process that serves HTTP on the event log: configure, open, listen, stop.
 */
import { CodedError, type EventLog, LogInUseError, LogStorageFullError } from '@millrace/event-log';
import { ConfigInvalidError } from '../config/config.errors';
import { loadConfig } from '../config/load-config';
import { openEventLog } from '../event-log/open-event-log';
import { type AppModule, createHttpApp, type HttpApp } from '../http/create-http-app';
import { Metrics } from '../metrics/metrics';
import { installShutdown } from '../shutdown/graceful-shutdown';
import { SystemClock } from '../time/system-clock';
import { SystemTimers } from '../time/system-timers';

/** What a process serves. */
export interface ProcessPlan {
  readonly name: string;
  /** Port when `MILLRACE_PORT` says none. */
  readonly defaultPort: number;
  /** Modules of the app; the platform's own are added. */
  readonly modules: (log: EventLog) => readonly AppModule[];
}

/** Exit codes for the operator's scripts. Source: BSD sysexits(3). */
export const exitCodes = {
  ok: 0,
  failed: 1,
  /** EX_IOERR: storage full or failing. */
  storage: 74,
  /** EX_TEMPFAIL: the data folder is in use by another process. */
  inUse: 75,
  /** EX_CONFIG: a setting is refused. */
  config: 78,
} as const;

/**
 * Runs until SIGINT or SIGTERM; a second signal forces. What goes wrong at start is one sentence
 * on standard error and an exit code of `exitCodes`.
 */
export const runProcess = async (plan: ProcessPlan): Promise<void> => {
  try {
    await serve(plan);
  } catch (error) {
    process.stderr.write(`${plan.name}: ${sentenceOf(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
};

/** The exit code that an error at start means. */
export const exitCodeOf = (error: unknown): number => {
  if (error instanceof ConfigInvalidError) return exitCodes.config;
  if (error instanceof LogInUseError) return exitCodes.inUse;
  return error instanceof LogStorageFullError ? exitCodes.storage : exitCodes.failed;
};

/** One line for people: code and message of a coded error, else the message. */
export const sentenceOf = (error: unknown): string => {
  if (error instanceof CodedError) return `${error.message} [${error.code}]`;
  return error instanceof Error ? error.message : String(error);
};

const serve = async (plan: ProcessPlan): Promise<void> => {
  const { name, defaultPort } = plan;
  const config = loadConfig(process.env, {}, { MILLRACE_PORT: defaultPort });
  const clock = new SystemClock();
  const timers = new SystemTimers();
  const log = await openEventLog(config, { clock, command: name });
  let app: HttpApp | undefined;
  const stop = async (): Promise<void> => {
    await app?.close();
    await log.close();
  };
  try {
    app = await createHttpApp(plan.modules(log), config, { name, clock, timers });
    app.nest.get(Metrics).collectProcess();
    await log.describeHolder({ address: await app.listen() });
  } catch (error) {
    await stop();
    throw error;
  }
  const { log: serviceLog } = app;
  installShutdown({
    stop,
    timers,
    deadlineMs: config.shutdownDeadlineMs,
    signals: process,
    exit: (code) => process.exit(code),
    onTrouble: (event, err) => serviceLog.error(event, 'the stop did not go as planned', { err }),
  });
};
