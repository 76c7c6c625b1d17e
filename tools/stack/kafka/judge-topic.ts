/**
 * What Kafka's own consumer sees of a topic: the judge of every exactly-once test. The console
 * consumer ends when nothing came for a while, which proves nothing; so it reads in a group, and
 * only a run whose group position has reached the end of every partition counts.
 */
import { randomUUID } from 'node:crypto';
import { GaveUpError, poll } from '../poll';
import type { KafkaCluster } from './kafka-cluster.port';
import type { BrokerAddress } from './wire/ask-broker';
import { clusterView } from './wire/cluster-view';
import { groupPositions } from './wire/group-positions';
import { type PartitionEnd, topicEnds } from './wire/topic-ends';

/** A record as the judge saw it; texts are UTF-8. */
export interface JudgedRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly value: string | null;
}

/** How to judge. */
export interface JudgeOptions {
  /** `read_committed` when left out. */
  readonly isolation?: 'read_committed' | 'read_uncommitted';
  /** Time for everything, ms; 60 000 when left out. */
  readonly timeoutMs?: number;
  /**
   * `awaited` (when left out): a committed reader must be able to read to the end; the judge waits
   * for the markers of transactions that are just ending, and refuses to judge while one stays
   * open. `allowed`: reads up to the first open transaction.
   */
  readonly openTransactions?: 'awaited' | 'allowed';
}

const CONSOLE_CONSUMER = 'org.apache.kafka.tools.consumer.ConsoleConsumer';
// Control characters that no test writes; a record is partition, offset, key, value.
const FIELD = '\u0001\u001f\u0001';
const RECORD = '\u0001\u001e\u0001';
const NULL = '\u0001null\u0001';
const FIRST_QUIET_MS = 1_500;
const TIMEOUT_MS = 60_000;

/**
 * All records of a topic, ascending by partition, then offset.
 *
 * @throws GaveUpError when the end of every partition is not reached in time, or while a
 * transaction stays open
 */
export const judgeTopic = async (
  cluster: KafkaCluster,
  topic: string,
  options: JudgeOptions = {},
): Promise<readonly JudgedRecord[]> => {
  const { isolation = 'read_committed', timeoutMs = TIMEOUT_MS } = options;
  const until = performance.now() + timeoutMs;
  const broker = addressOf(cluster.innerBootstrap);
  const ends = await settledEnds(await broker(), topic, { ...options, timeoutMs });
  let trouble: unknown;
  for (let quietMs = FIRST_QUIET_MS; performance.now() < until; quietMs *= 2) {
    const group = `judge-${randomUUID()}`;
    const args = consumerArgs({ cluster, topic, isolation, group, quietMs });
    const { stdout, stderr } = await cluster.java(CONSOLE_CONSUMER, args, { timeoutMs });
    const partitions = ends.map(({ partition }) => partition);
    const question = { group, topic, partitions };
    const positions = await groupPositions(await broker(), question).catch((error: unknown) => {
      // In a cluster that never had a group, coordinators may still be loading: not reached, then.
      trouble = error;
      return new Map<number, number>();
    });
    const records = recordsOf(stdout);
    const reached = ends.every(
      ({ partition, first, stableEnd, end }) =>
        (positions.get(partition) ?? -1) >= (isolation === 'read_committed' ? stableEnd : end) ||
        first === end,
    );
    if (reached && saidCount(stderr) === records.length) return records;
  }
  const message = `the judge did not reach the end of ${topic} within ${timeoutMs} ms`;
  throw new GaveUpError(message, trouble);
};

/** Ends of all partitions, once nothing is in between for a committed reader. */
const settledEnds = (
  broker: BrokerAddress,
  topic: string,
  { isolation, openTransactions = 'awaited', timeoutMs = TIMEOUT_MS }: JudgeOptions,
): Promise<readonly PartitionEnd[]> => {
  let open: readonly PartitionEnd[] = [];
  return poll(
    async () => {
      const ends = await topicEnds(broker, topic);
      if (isolation === 'read_uncommitted' || openTransactions === 'allowed') return ends;
      open = ends.filter(({ stableEnd, end }) => stableEnd < end);
      return open.length === 0 ? ends : undefined;
    },
    {
      what: `the end of ${topic} for committed readers`,
      deadlineMs: timeoutMs,
      detail: () =>
        open
          .map(({ partition, stableEnd, end }) => ` ${partition}: open from ${stableEnd} to ${end}`)
          .join(';'),
    },
  );
};

interface Reading {
  readonly cluster: KafkaCluster;
  readonly topic: string;
  readonly isolation: string;
  readonly group: string;
  readonly quietMs: number;
}

const consumerArgs = ({
  cluster,
  topic,
  isolation,
  group,
  quietMs,
}: Reading): readonly string[] => {
  const format = {
    'print.partition': 'true',
    'print.offset': 'true',
    'print.key': 'true',
    'print.value': 'true',
    'key.separator': FIELD,
    'line.separator': RECORD,
    'null.literal': NULL,
  };
  return [
    ...['--bootstrap-server', cluster.innerBootstrap.join(',')],
    ...['--topic', topic, '--from-beginning', '--isolation-level', isolation],
    ...['--group', group, '--timeout-ms', String(quietMs)],
    ...Object.entries(format).flatMap(([key, value]) => [
      '--formatter-property',
      `${key}=${value}`,
    ]),
  ];
};

const recordsOf = (stdout: string): readonly JudgedRecord[] =>
  stdout
    .split(RECORD)
    .filter((text) => text !== '')
    .map(recordOf)
    .toSorted((one, other) => one.partition - other.partition || one.offset - other.offset);

const recordOf = (text: string): JudgedRecord => {
  const [partition = '', offset = '', key = '', value = ''] = text.split(FIELD);
  const found = /^Partition:(\d+)$/.exec(partition)?.[1];
  const at = /^Offset:(\d+)$/.exec(offset)?.[1];
  if (found === undefined || at === undefined) throw new Error(`the judge printed "${text}"`);
  return {
    partition: Number(found),
    offset: Number(at),
    key: key === NULL ? null : key,
    value: value === NULL ? null : value,
  };
};

const saidCount = (stderr: string): number =>
  Number(/Processed a total of (\d+) messages/.exec(stderr)?.[1] ?? -1);

/** @returns finds the first broker that answers */
const addressOf = (bootstrap: readonly string[]) => async (): Promise<BrokerAddress> => {
  for (const text of bootstrap) {
    const [host = '', port = ''] = text.split(':');
    const address = { host, port: Number(port) };
    const answers = await clusterView(address).then(
      () => true,
      () => false,
    );
    if (answers) return address;
  }
  throw new Error(`no broker answers at ${bootstrap.join(',')}`);
};
