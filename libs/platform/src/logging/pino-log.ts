/**
 * Logs as JSON lines on standard output, by pino.
 */
import type { LoggerService } from '@nestjs/common';
import { Logger, PinoLogger } from 'nestjs-pino';
import { pino } from 'pino';
import type { LogFields, ServiceLog } from './service-log.port';

/** What a log is made with. */
export interface PinoLogOptions {
  /** Name of the app, on every line. */
  readonly app: string;
  readonly level: string;
  /** Takes the lines; standard output when left out. */
  readonly destination?: { write(line: string): void };
}

/** The log of a service and the same one in the shape that Nest wants. */
export interface ServiceLogs {
  readonly service: ServiceLog;
  readonly nest: LoggerService;
}

/**
 * Opens the log of a process. Lines: `level` (name), `time` (RFC 3339 UTC), `app`, `event`, `msg`,
 * fields; errors under `err` with their code.
 */
export const openLogs = (options: PinoLogOptions): ServiceLogs => {
  const logger = pino(
    {
      level: options.level,
      base: { app: options.app },
      formatters: { level: (label) => ({ level: label }) },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    options.destination ?? pino.destination({ dest: 1, sync: false }),
  );
  // The request middleware of nestjs-pino is left out: it logs each request in full, and one line
  // per payment would cost more than deciding the payment. Requests are counted by the metrics.
  // Nest tells each module and route at `info`: that is for who debugs the wiring.
  const nestLevel = options.level === 'info' ? 'warn' : options.level;
  const params = { pinoHttp: { logger: logger.child({}, { level: nestLevel }) } };
  const nest = new Logger(new PinoLogger(params), params);
  return { service: new PinoServiceLog(logger), nest };
};

class PinoServiceLog implements ServiceLog {
  constructor(private readonly logger: pino.Logger) {}

  debug(event: string, message: string, fields?: LogFields): void {
    this.logger.debug({ event, ...fields }, message);
  }

  info(event: string, message: string, fields?: LogFields): void {
    this.logger.info({ event, ...fields }, message);
  }

  warn(event: string, message: string, fields?: LogFields): void {
    this.logger.warn({ event, ...fields }, message);
  }

  error(event: string, message: string, fields?: LogFields): void {
    this.logger.error({ event, ...fields }, message);
  }
}
