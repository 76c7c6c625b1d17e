/// <reference types="jest" />
/** Readers over brokers in memory, in a time that only moves when a test waits for something. */
import type { LogReader, Position, RecordBatch } from '@millrace/event-log';
import type { KafkaLimits } from '../../kafka-options';
import { Names } from '../../names';
import { type KafkaReader, openKafkaReader } from '../kafka-reader';
import { ClusterModel } from './cluster-model';
import type { PartitionModel } from './partition-model';

const MAX_TIMERS = 100_000;

/** Time of this suite stands still but for {@link settled} and {@link pass}. */
export const withManualTime = (): void => {
  beforeEach(() => {
    jest.useFakeTimers({ now: 0, doNotFake: ['nextTick', 'queueMicrotask'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });
};

/** Lets time pass from timer to timer until the promise is settled. */
export const settled = async <T>(promise: Promise<T>): Promise<T> => {
  let isOver = false;
  const end = promise.finally(() => {
    isOver = true;
  });
  end.catch(() => undefined);
  for (let timers = 0; timers < MAX_TIMERS && !isOver; timers++) {
    await jest.advanceTimersToNextTimerAsync();
  }
  return end;
};

/** Lets this time pass, ms. */
export const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

/** A reader of the port's topics in a namespace, so that names are told apart. */
export const readerOf = async (
  cluster: ClusterModel,
  positions: readonly Position[],
  more: { readonly rackId?: string; readonly onClose?: (reader: KafkaReader) => void } = {},
): Promise<KafkaReader> => {
  const parts = { cluster, names: new Names(NAMESPACE), rackId: more.rackId ?? '' };
  const onClose = more.onClose ?? (() => undefined);
  return settled(openKafkaReader(parts, positions, { onClose }));
};

/** Brokers with the topic `t`. @param leaders of its partitions */
export const lanes = (leaders: readonly number[], limits: Partial<KafkaLimits> = {}) => {
  const cluster = new ClusterModel(limits);
  const all = cluster.addTopic(`${NAMESPACE}t`, leaders);
  const lane = (partition: number): PartitionModel => {
    const found = all[partition];
    if (found === undefined) throw new Error(`no partition ${partition}`);
    return found;
  };
  return { cluster, lane };
};

/** Put before the names of topics in the cluster. */
export const NAMESPACE = 'space.';

/** Position in the topic `t`. */
export const at = (partition: number, offset = 0): Position => ({ topic: 't', partition, offset });

/** Values by partition. */
export const valuesIn = (batches: readonly RecordBatch[]): Readonly<Record<number, string[]>> => {
  const values: Record<number, string[]> = {};
  for (const { partition, records } of batches) {
    const known = values[partition] ?? [];
    values[partition] = known.concat(records.map(({ value }) => String(value)));
  }
  return values;
};

/** Polls until the partition's position is this. @returns all values */
export const valuesUntil = async (reader: LogReader, end: Position): Promise<readonly string[]> => {
  const values: string[] = [];
  for (let polls = 0; polls < 1_000 && reader.position(end) < end.offset; polls++) {
    for (const batch of await settled(reader.poll())) {
      if (batch.partition !== end.partition) continue;
      for (const { value } of batch.records) values.push(String(value));
    }
  }
  return values;
};
