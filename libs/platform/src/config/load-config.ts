/**
 * From environment variables and command-line overrides to one frozen, typed configuration that
 * remembers where each value came from.
 */
import { z } from 'zod';
import { ConfigInvalidError, type ConfigIssue } from './config.errors';
import { type ConfigVariable, checkedConfigSchema, configSchema } from './config-schema';
import type { LogAddress } from './log-address';

/** Where a value came from; a later source in this list wins. */
export type ConfigSource = 'default' | 'environment' | 'override';

/** Settings of a log on Kafka. The password is never part of a message or a log line. */
export interface KafkaConfig {
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
  readonly tls: boolean;
  /** PEM file with the CAs to trust; implies TLS. */
  readonly caFile?: string;
  readonly rack?: string;
  readonly compression: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';
  /** Codes of findings that do not stop the start. */
  readonly allowUnsafe: readonly string[];
}

/** Checked settings. Sizes are in bytes, spans in ms. */
export interface ConfigValues {
  readonly mode: 'embedded';
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly dataDir: string;
  readonly log: LogAddress;
  /** How a log on Kafka is reached. */
  readonly kafka: KafkaConfig;
  readonly lanes: number;
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  readonly bodyLimitBytes: number;
  readonly bodyDepth: number;
  readonly headerLimitBytes: number;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveMs: number;
  readonly maxConnections: number;
  readonly shutdownDeadlineMs: number;
  readonly laneQueueLimit: number;
  readonly laneBatchLimit: number;
  readonly commandResultsMs: number;
  readonly sweepMs: number;
  /** Address of command-api for callers in other processes; none when in the same process. */
  readonly commandUrl?: string;
}

/** The configuration of a process. */
export interface Config extends ConfigValues {
  /** Where each value came from, by the variable that sets it. */
  readonly sources: Readonly<Record<ConfigVariable, ConfigSource>>;
}

/** Values given on the command line or by a test; they win over the environment. */
export type ConfigOverrides = { readonly [V in ConfigVariable]?: string | number | undefined };

/**
 * Checks every `MILLRACE_*` variable and gives the configuration, frozen.
 *
 * @param env usually `process.env`; other variables are ignored, an empty value counts as unset
 * @param overrides by variable name, from the command line; undefined counts as unset
 * @param defaults an app's own defaults, in place of the schema's: its port
 * @throws ConfigInvalidError (CONFIG_INVALID) names every refused or unknown variable at once
 */
export const loadConfig = (
  env: Readonly<Record<string, string | undefined>>,
  overrides: ConfigOverrides = {},
  defaults: ConfigOverrides = {},
): Config => {
  const given = new Map<string, { value: string | number; source: ConfigSource }>();
  for (const [name, value] of Object.entries(defaults)) {
    if (value !== undefined) given.set(name, { value, source: 'default' });
  }
  for (const [name, value] of Object.entries(env)) {
    if (name.startsWith('MILLRACE_') && value !== undefined && value !== '') {
      given.set(name, { value, source: 'environment' });
    }
  }
  for (const [name, value] of Object.entries(overrides)) {
    if (value !== undefined) given.set(name, { value, source: 'override' });
  }
  const sourceOf = (name: string): ConfigSource => given.get(name)?.source ?? 'default';
  const input = Object.fromEntries([...given].map(([name, { value }]) => [name, value]));
  const parsed = checkedConfigSchema.safeParse(input);
  if (!parsed.success) throw new ConfigInvalidError(issuesOf(parsed.error, sourceOf));
  return frozen(parsed.data, sourceOf);
};

const issuesOf = (
  error: z.ZodError,
  sourceOf: (name: string) => ConfigSource,
): readonly ConfigIssue[] => {
  const refused = new Set<string>();
  for (const issue of error.issues) {
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys : [];
    for (const name of unknown) refused.add(name);
    if (unknown.length === 0) refused.add(String(issue.path[0]));
  }
  return [...refused].map((variable) => ({
    variable,
    source: sourceOf(variable),
    ...allowedFor(variable),
  }));
};

const allowedFor = (variable: string): { readonly kind: string; readonly allowed: string } => {
  const meta = isVariable(variable) ? configSchema.shape[variable].meta() : undefined;
  return meta === undefined
    ? { kind: 'unknown variable', allowed: `known are ${variables().join(', ')}` }
    : { kind: meta.title ?? '', allowed: meta.description ?? '' };
};

const isVariable = (name: string): name is ConfigVariable =>
  Object.hasOwn(configSchema.shape, name);

const variables = (): readonly ConfigVariable[] =>
  Object.keys(configSchema.shape).filter(isVariable);

const frozen = (
  data: z.output<typeof configSchema>,
  sourceOf: (name: ConfigVariable) => ConfigSource,
): Config =>
  Object.freeze({
    mode: data.MILLRACE_MODE,
    host: data.MILLRACE_HOST,
    port: data.MILLRACE_PORT,
    dataDir: data.MILLRACE_DATA,
    log: data.MILLRACE_LOG,
    kafka: kafkaOf(data),
    lanes: data.MILLRACE_LANES ?? LANES[data.MILLRACE_LOG.kind],
    logLevel: data.MILLRACE_LOG_LEVEL,
    bodyLimitBytes: data.MILLRACE_BODY_LIMIT_BYTES,
    bodyDepth: data.MILLRACE_BODY_DEPTH,
    headerLimitBytes: data.MILLRACE_HEADER_LIMIT_BYTES,
    headersTimeoutMs: data.MILLRACE_HEADERS_TIMEOUT_MS,
    requestTimeoutMs: data.MILLRACE_REQUEST_TIMEOUT_MS,
    keepAliveMs: data.MILLRACE_KEEP_ALIVE_MS,
    maxConnections: data.MILLRACE_MAX_CONNECTIONS,
    shutdownDeadlineMs: data.MILLRACE_SHUTDOWN_DEADLINE_MS,
    laneQueueLimit: data.MILLRACE_LANE_QUEUE_LIMIT,
    laneBatchLimit: data.MILLRACE_LANE_BATCH_LIMIT,
    commandResultsMs: data.MILLRACE_COMMAND_RESULTS_MS,
    sweepMs: data.MILLRACE_SWEEP_MS,
    ...(data.MILLRACE_COMMAND_URL === undefined ? {} : { commandUrl: data.MILLRACE_COMMAND_URL }),
    sources: Object.freeze(sourcesOf(sourceOf)),
  });

/** Partition counts cannot be changed under records, so a cluster gets room to grow into. */
const LANES = { embedded: 4, kafka: 12 } as const;

const kafkaOf = (data: z.output<typeof configSchema>): KafkaConfig => {
  const mechanism = data.MILLRACE_KAFKA_SASL_MECHANISM;
  const username = data.MILLRACE_KAFKA_SASL_USERNAME ?? '';
  const password = data.MILLRACE_KAFKA_SASL_PASSWORD ?? '';
  const caFile = data.MILLRACE_KAFKA_CA_FILE;
  const rack = data.MILLRACE_KAFKA_RACK;
  return Object.freeze({
    ...(mechanism === undefined ? {} : { sasl: { mechanism, username, password } }),
    tls: data.MILLRACE_KAFKA_TLS === 'true' || caFile !== undefined,
    ...(caFile === undefined ? {} : { caFile }),
    ...(rack === undefined ? {} : { rack }),
    compression: data.MILLRACE_KAFKA_COMPRESSION,
    allowUnsafe: data.MILLRACE_KAFKA_ALLOW_UNSAFE,
  });
};

const sourcesOf = (
  sourceOf: (name: ConfigVariable) => ConfigSource,
): Readonly<Record<ConfigVariable, ConfigSource>> => {
  const sources: Partial<Record<ConfigVariable, ConfigSource>> = {};
  for (const name of variables()) sources[name] = sourceOf(name);
  return z
    .record(z.enum(variables()), z.enum(['default', 'environment', 'override']))
    .parse(sources);
};
