/**
 * Every setting of every process, once: variable, kind of value, bounds, default. Environment
 * variables are text, so each entry says how text becomes a value.
 */
import { z } from 'zod';
import { isLoopbackHost } from '../http/loopback-host';

const setting = <T extends z.ZodType>(schema: T, kind: string, allowed: string) =>
  schema.meta({ title: kind, description: allowed });

const integer = (kind: string, bounds: { min: number; max: number; fallback: number }) =>
  setting(
    z
      .union([
        z.number(),
        z
          .string()
          .regex(/^-?\d{1,16}$/)
          .transform(Number),
      ])
      .pipe(z.number().int().min(bounds.min).max(bounds.max))
      .default(bounds.fallback),
    kind,
    `an integer from ${bounds.min} to ${bounds.max}, default ${bounds.fallback}`,
  );

const text = (kind: string, fallback: string) =>
  setting(z.string().min(1).max(4096).default(fallback), kind, `text, default ${fallback}`);

const optionalUrl = (kind: string) =>
  setting(z.url({ protocol: /^https?$/ }).optional(), kind, 'an http or https URL, default none');

const DAY_MS = 86_400_000;

/** The schema: keys are environment variables, outputs are typed values. */
export const configSchema = z.strictObject({
  MILLRACE_MODE: setting(z.enum(['embedded']).default('embedded'), 'mode', 'embedded'),
  MILLRACE_HOST: setting(
    z.string().refine(isLoopbackHost).default('127.0.0.1'),
    'listen address',
    'a loopback address (127.0.0.1, ::1 or localhost): no other is served without credentials',
  ),
  MILLRACE_PORT: integer('port number, 0 = any free', { min: 0, max: 65_535, fallback: 8080 }),
  MILLRACE_DATA: text('folder', './data'),
  MILLRACE_LANES: integer('lanes (partitions of each topic)', { min: 1, max: 1_000, fallback: 4 }),
  MILLRACE_LOG_LEVEL: setting(
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    'log level',
    'one of fatal, error, warn, info, debug, trace, silent; default info',
  ),
  MILLRACE_BODY_LIMIT_BYTES: integer('bytes of a request body', {
    min: 1_024,
    max: 16_777_216,
    fallback: 262_144,
  }),
  MILLRACE_BODY_DEPTH: integer('levels of nesting of a body', { min: 1, max: 256, fallback: 32 }),
  MILLRACE_HEADER_LIMIT_BYTES: integer('bytes of all request headers', {
    min: 2_048,
    max: 65_536,
    fallback: 16_384,
  }),
  MILLRACE_HEADERS_TIMEOUT_MS: integer('ms to receive the headers', {
    min: 100,
    max: 600_000,
    fallback: 10_000,
  }),
  MILLRACE_REQUEST_TIMEOUT_MS: integer('ms to receive a whole request', {
    min: 100,
    max: 600_000,
    fallback: 15_000,
  }),
  MILLRACE_KEEP_ALIVE_MS: integer('ms an idle connection is kept', {
    min: 0,
    max: 600_000,
    fallback: 5_000,
  }),
  MILLRACE_MAX_CONNECTIONS: integer('connections', { min: 1, max: 100_000, fallback: 4_096 }),
  MILLRACE_SHUTDOWN_DEADLINE_MS: integer('ms for a graceful stop', {
    min: 100,
    max: 600_000,
    fallback: 10_000,
  }),
  MILLRACE_LANE_QUEUE_LIMIT: integer('commands waiting per lane', {
    min: 1,
    max: 1_000_000,
    fallback: 10_000,
  }),
  MILLRACE_LANE_BATCH_LIMIT: integer('commands decided in one transaction', {
    min: 1,
    max: 10_000,
    fallback: 512,
  }),
  MILLRACE_COMMAND_RESULTS_MS: integer('ms the outcome of a command is kept', {
    min: 60_000,
    max: 31 * DAY_MS,
    fallback: DAY_MS,
  }),
  MILLRACE_SWEEP_MS: integer('ms between two sweeps for expired authorizations', {
    min: 100,
    max: 3_600_000,
    fallback: 1_000,
  }),
  MILLRACE_COMMAND_URL: optionalUrl('address of command-api, for the alert responder'),
});

/** Name of a setting's environment variable. */
export type ConfigVariable = keyof typeof configSchema.shape;
