/** Kafka's own performance tools under measure; their CPU time is that of the ended child processes. */
import { readFileSync } from 'node:fs';
import type { KafkaCluster } from '../../../tools/stack/index';
import { CALL_RECORDS, type Load, type Usage, VALUE_BYTES } from './bench-client.port';

/** Appends by ProducerPerformance (idempotent, acks all; the JVM's start is part of the figure). */
export const javaAppend = (cluster: KafkaCluster, load: Load): Promise<Usage> =>
  usageOfTool(load, () =>
    cluster.java('org.apache.kafka.tools.ProducerPerformance', [
      ...['--topic', load.topic, '--num-records', String(load.records)],
      ...['--record-size', String(VALUE_BYTES), '--throughput', '-1'],
      ...['--producer-props', `bootstrap.servers=${cluster.bootstrap.join(',')}`, 'acks=all'],
      ...['batch.size=131072', 'linger.ms=10'],
    ]),
  );

/** Reads by ConsumerPerformance. */
export const javaRead = (cluster: KafkaCluster, load: Load): Promise<Usage> =>
  usageOfTool(load, () =>
    cluster.java('org.apache.kafka.tools.ConsumerPerformance', [
      ...['--bootstrap-server', cluster.bootstrap.join(','), '--topic', load.topic],
      ...['--messages', String(load.records), '--group', `bench-java-${load.records}`],
    ]),
  );

const TICKS_PER_SECOND = 100;
const CHILDREN_USER_TIME = 13;

const usageOfTool = async (
  { records }: Load,
  run: () => Promise<{ readonly code: number; readonly stderr: string }>,
): Promise<Usage> => {
  const before = childrenCpuSeconds();
  const startedMs = performance.now();
  const { code, stderr } = await run();
  if (code !== 0) throw new Error(`Kafka's tool ended with code ${code}: ${stderr.slice(0, 500)}`);
  const wallSeconds = (performance.now() - startedMs) / 1_000;
  return { records, wallSeconds, cpuSeconds: childrenCpuSeconds() - before };
};

// Fields 16 and 17 of /proc/self/stat: user and system time of children that were waited for.
const childrenCpuSeconds = (): number => {
  const text = readFileSync('/proc/self/stat', 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const user = Number(fields[CHILDREN_USER_TIME]);
  const system = Number(fields[CHILDREN_USER_TIME + 1]);
  return (user + system) / TICKS_PER_SECOND;
};

/** Loads are whole calls, so that every client writes the same number of records. */
export const wholeCalls = (records: number): number =>
  Math.ceil(records / CALL_RECORDS) * CALL_RECORDS;
