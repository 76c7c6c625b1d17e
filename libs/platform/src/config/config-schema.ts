/**
 * Every setting of every process, once: variable, kind of value, bounds, default. Environment
 * variables are text, so each entry says how text becomes a value.
 */
import { isFindingCode } from '@millrace/event-log-kafka';
import { z } from 'zod';
import { isLoopbackHost } from '../http/loopback-host';
import { parseLogAddress } from './log-address';

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

const optionalText = (kind: string, allowed: string) =>
  setting(z.string().min(1).max(4096).optional(), kind, allowed);

const DAY_MS = 86_400_000;

/** Where a log lives, as {@link parseLogAddress} reads it. */
const logAddress = z.string().transform((given, context) => {
  const address = parseLogAddress(given);
  if (address !== undefined) return address;
  context.addIssue({ code: 'custom', message: 'no address of a log' });
  return z.NEVER;
});

const findingCodes = z
  .string()
  .transform((list) => list.split(',').map((code) => code.trim()))
  .pipe(z.array(z.string().refine(isFindingCode)))
  .default([]);

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
  MILLRACE_LOG: setting(
    logAddress.default({ kind: 'embedded' }),
    'event log',
    'embedded, or kafka://host:port[,host:port...][/namespace]; default embedded. Credentials go into MILLRACE_KAFKA_SASL_USERNAME and MILLRACE_KAFKA_SASL_PASSWORD',
  ),
  MILLRACE_LANES: setting(
    z
      .union([
        z.number(),
        z
          .string()
          .regex(/^\d{1,4}$/)
          .transform(Number),
      ])
      .pipe(z.number().int().min(1).max(1_000))
      .optional(),
    'lanes (partitions of each topic)',
    'an integer from 1 to 1000, default 4, on Kafka 12; fixed when the topics are created',
  ),
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
  MILLRACE_KAFKA_SASL_MECHANISM: setting(
    z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
    'SASL mechanism',
    'one of plain, scram-sha-256, scram-sha-512, with MILLRACE_KAFKA_SASL_USERNAME and MILLRACE_KAFKA_SASL_PASSWORD; default none',
  ),
  MILLRACE_KAFKA_SASL_USERNAME: optionalText(
    'user',
    'text, with MILLRACE_KAFKA_SASL_MECHANISM and MILLRACE_KAFKA_SASL_PASSWORD; default none',
  ),
  MILLRACE_KAFKA_SASL_PASSWORD: optionalText(
    'secret',
    'text, with MILLRACE_KAFKA_SASL_MECHANISM and MILLRACE_KAFKA_SASL_USERNAME; default none',
  ),
  MILLRACE_KAFKA_TLS: setting(
    z.enum(['true', 'false']).default('false'),
    'whether the brokers speak TLS',
    'true or false, default false; MILLRACE_KAFKA_CA_FILE implies it',
  ),
  MILLRACE_KAFKA_CA_FILE: optionalText(
    'file',
    'a readable PEM file with the CAs to trust, default those of the system',
  ),
  MILLRACE_KAFKA_RACK: optionalText('rack', 'text, default none'),
  MILLRACE_KAFKA_COMPRESSION: setting(
    z.enum(['none', 'gzip', 'snappy', 'lz4', 'zstd']).default('none'),
    'compression of records on Kafka',
    'one of none, gzip, snappy, lz4, zstd; default none',
  ),
  MILLRACE_KAFKA_ALLOW_UNSAFE: setting(
    findingCodes,
    'findings of the preflight that are accepted',
    'codes as "millrace doctor" prints them, with commas between; default none',
  ),
});

const SASL = [
  'MILLRACE_KAFKA_SASL_MECHANISM',
  'MILLRACE_KAFKA_SASL_USERNAME',
  'MILLRACE_KAFKA_SASL_PASSWORD',
] as const;

/** The schema with the rules that concern several settings. */
export const checkedConfigSchema = configSchema.superRefine((values, context) => {
  const missing = SASL.filter((name) => values[name] === undefined);
  if (missing.length === SASL.length) return;
  for (const name of missing) {
    context.addIssue({ code: 'custom', path: [name], message: 'SASL needs all three' });
  }
});

/** Name of a setting's environment variable. */
export type ConfigVariable = keyof typeof configSchema.shape;
