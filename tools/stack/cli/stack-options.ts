/** The arguments of `npm run stack`. */
import { parseArgs } from 'node:util';
import type { KafkaLine } from '../kafka/kafka-cluster.port';
import { ENGINE_NAMES, type EngineName, isEngineName } from './engine-names';

const COMMANDS = ['up', 'status', 'down', 'env'] as const;

/** What is asked for. */
export interface StackOptions {
  readonly command: (typeof COMMANDS)[number] | 'help';
  readonly engines: readonly EngineName[];
  /** Undefined: 3, or what runs already. */
  readonly brokers: 1 | 3 | undefined;
  /** Undefined: 3.9, or what runs already. */
  readonly line: KafkaLine | undefined;
}

export const USAGE = `npm run stack -- <command> [options]     real engines on free ports of the loopback

  up       starts what does not run yet, and waits until it serves
  status   asks each engine and shows where it is (exit code 1: one does not serve)
  down     ends what "up" started, and throws its data away
  env      prints "export MILLRACE_KAFKA_URL=…" and so on

  --kafka 1|3               brokers (default 3; docker compose always has 3)
  --line 3.9|4.4            release line of Kafka (default 3.9)
  --only kafka,redis        some of: ${ENGINE_NAMES.join(', ')}

An engine whose address is in the environment (MILLRACE_KAFKA_URL=kafka://host:port,host:port,
MILLRACE_ELASTICSEARCH_URL, MILLRACE_REDIS_URL, MILLRACE_POSTGRES_URL) is used as it is and never
ended. Else docker compose starts it, where Docker runs; else it comes from Maven (Kafka,
Elasticsearch) or the system's packages (Redis, Postgres) and runs as a process of its own.

Examples:
  npm run stack -- up                              all four
  npm run stack -- up --only kafka --kafka 1       one broker: serves after 2 to 4 s
  eval "$(npm run -s stack -- env)"                their addresses into this shell
  npm run stack -- down
`;

/** The arguments cannot be understood; the text says why. */
export class StackUsageError extends Error {}

/** @throws StackUsageError */
export const parseStackOptions = (args: readonly string[]): StackOptions => {
  const { values, positionals } = parsed(args);
  const [command, ...rest] = positionals;
  const found = COMMANDS.find((candidate) => candidate === command);
  if (values.help === true) return { ...NOTHING, command: 'help' };
  if (found === undefined) throw new StackUsageError(`command: ${COMMANDS.join(', ')}`);
  if (rest.length > 0) throw new StackUsageError(`what is "${rest.join(' ')}"?`);
  return {
    command: found,
    engines: enginesOf(values.only),
    brokers: brokersOf(values.kafka),
    line: lineOf(values.line),
  };
};

const NOTHING = { engines: [], brokers: undefined, line: undefined } as const;

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        kafka: { type: 'string' },
        line: { type: 'string' },
        only: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new StackUsageError(error instanceof Error ? error.message : String(error));
  }
};

const enginesOf = (text: string | undefined): readonly EngineName[] => {
  if (text === undefined) return ENGINE_NAMES;
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !isEngineName(name));
  if (unknown !== undefined) throw new StackUsageError(`--only: there is no engine "${unknown}"`);
  return ENGINE_NAMES.filter((name) => names.includes(name));
};

const brokersOf = (text: string | undefined): 1 | 3 | undefined => {
  if (text === undefined) return undefined;
  if (text === '1') return 1;
  if (text === '3') return 3;
  throw new StackUsageError(`--kafka: ${text} brokers? It is 1 or 3`);
};

const lineOf = (text: string | undefined): KafkaLine | undefined => {
  if (text === undefined || text === '3.9' || text === '4.4') return text;
  throw new StackUsageError(`--line: there is no line ${text}; it is 3.9 or 4.4`);
};
