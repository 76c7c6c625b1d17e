/**
 * The life of a process that serves HTTP on the event log: configure, open, listen, stop.
 */
import { CodedError, type EventLog } from '@millrace/event-log';
import { loadConfig } from '../config/load-config';
import { openEventLog } from '../event-log/open-event-log';
import { type AppModule, createHttpApp, type HttpApp } from '../http/create-http-app';
import { Metrics } from '../metrics/metrics';
import { installShutdown } from '../shutdown/graceful-shutdown';
import { SystemClock } from '../time/system-clock';
import { SystemTimers } from '../time/system-timers';
import { exitCodeOf } from './exit-codes';

/** What a process serves. */
export interface ProcessPlan {
  readonly name: string;
  /** Port when `MILLRACE_PORT` says none. */
  readonly defaultPort: number;
  /** Modules of the app; the platform's own are added. */
  readonly modules: (log: EventLog) => readonly AppModule[];
}

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
  const opened = await openEventLog(config, { clock, command: name });
  let app: HttpApp | undefined;
  const stop = async (): Promise<void> => {
    await app?.close();
    await opened.close();
  };
  try {
    app = await createHttpApp(plan.modules(opened.log), config, { name, clock, timers });
    const metrics = app.nest.get(Metrics);
    metrics.collectProcess();
    opened.tellTo({ log: app.log, metrics });
    await opened.describeHolder({ address: await app.listen() });
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
