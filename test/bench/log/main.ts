/**
 * The log on Kafka beside kafkajs, @kafkats/client and Kafka's own tools: same broker, same run,
 * clients in turn, each in a process of its own. `npm run bench:log -- --help`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type KafkaLog, openKafkaLog } from '@millrace/event-log-kafka';
import { type KafkaCluster, type KafkaLine, startKafka } from '../../../tools/stack/index';
import { circumstances } from '../machine';
import type { Load, Measure, Usage } from './bench-client.port';
import { failovers } from './failover';
import { javaAppend, javaRead, wholeCalls } from './java-tools';
import { type Measured, reportOf, tableOf } from './report';
import { clients, runClient } from './run-client';

const PARTITIONS = 6;
const USAGE = `npm run bench:log                    Kafka 4.4, 3 rounds of 600,000 records
npm run bench:log -- --line 3.9       the other Kafka
npm run bench:log -- --rounds 1 --records 50000
`;

interface Options {
  readonly line: KafkaLine;
  readonly records: number;
  readonly rounds: number;
}

const main = async (options: Options): Promise<void> => {
  const loadBefore = loadavg();
  const measured = await onOneBroker(options);
  process.stderr.write('bench:log: failover on 3 brokers\n');
  const failover = await failovers(options.line);
  process.stdout.write(`${tableOf(measured)}\n`);
  for (const { killed, stallMs, reopened } of failover) {
    process.stdout.write(`kill -9 of the ${killed}: ${stallMs} ms, reopened ${reopened} times\n`);
  }
  const report = { ...reportOf(measured), failover };
  const stored = { name: 'event-log-kafka', ...circumstances(loadBefore), ...report };
  const folder = join(__dirname, '../results');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `event-log-kafka-${options.line}.json`);
  writeFileSync(file, `${JSON.stringify(stored, undefined, 2)}\n`);
};

const onOneBroker = async (options: Options): Promise<readonly Measured[]> => {
  process.stderr.write(`bench:log: starting Kafka ${options.line}, 1 broker\n`);
  const cluster = await startKafka({ line: options.line, brokers: 1, profile: 'throughput' });
  try {
    const clock = { nowMs: () => Date.now() };
    const log = await openKafkaLog({ brokers: cluster.bootstrap, clock });
    const measured = await new Run(cluster, log, options).measure();
    await log.close();
    return measured;
  } finally {
    await cluster.stop();
  }
};

/** All measures on one cluster; each load has a topic of its own. */
class Run {
  readonly #measured: Measured[] = [];
  #topics = 0;

  constructor(
    readonly cluster: KafkaCluster,
    readonly log: KafkaLog,
    readonly options: Options,
  ) {}

  async measure(): Promise<readonly Measured[]> {
    const records = wholeCalls(this.options.records);
    for (let round = 1; round <= this.options.rounds; round++) {
      await this.#ofAll('append', records, round);
      await this.#ofAll('appendInTransactions', records, round);
      const written = await this.#topic(records);
      this.#note('java', 'append', { round, result: await javaAppend(this.cluster, written) });
      for (const client of clients) {
        const result = await this.#run(client, 'read', written);
        this.#note(client, 'read', { round, result });
      }
      this.#note('java', 'read', { round, result: await javaRead(this.cluster, written) });
      await this.#ofAll('transactions', 200, round);
      await this.#ofAll('takeovers', 10, round);
      await this.#ofAll('visibility', 200, round);
    }
    return this.#measured;
  }

  async #ofAll(measure: Measure, records: number, round: number): Promise<void> {
    for (const client of clients) {
      const result = await this.#run(client, measure, await this.#topic(records));
      if (!Array.isArray(result) || result.length > 0)
        this.#note(client, measure, { round, result });
    }
  }

  async #run(client: (typeof clients)[number], measure: Measure, load: Load) {
    const warmUp =
      measure === 'read'
        ? load
        : await this.#topic(
            Math.max(
              10,
              measure === 'append' || measure === 'appendInTransactions'
                ? wholeCalls(load.records / 5)
                : load.records,
            ),
          );
    return runClient({ client, measure, brokers: this.cluster.bootstrap, load, warmUp });
  }

  #note(
    client: string,
    measure: Measure,
    { round, result }: { round: number; result: Usage | readonly number[] },
  ): void {
    this.#measured.push({ client, measure, round, result });
    const { rounds } = this.options;
    process.stderr.write(`bench:log: round ${round} of ${rounds}: ${measure}, ${client}\n`);
  }

  async #topic(records: number): Promise<Load> {
    const topic = `bench-${++this.#topics}`;
    await this.log.ensureTopics([
      { name: topic, partitions: PARTITIONS, cleanup: 'delete', retentionMs: -1 },
    ]);
    return { topic, partitions: PARTITIONS, records };
  }
}

const { values } = parseArgs({
  options: {
    line: { type: 'string', default: '4.4' },
    records: { type: 'string', default: '600000' },
    rounds: { type: 'string', default: '3' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(USAGE);
else {
  const line = values.line === '3.9' ? '3.9' : '4.4';
  const options = { line, records: Number(values.records), rounds: Number(values.rounds) } as const;
  main(options).catch((error: unknown) => {
    process.stderr.write(`bench:log: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
