/// <reference types="jest" />
/**
 * What an adapter's spec hands to the contract suite.
 */
import type { EventLog } from '../../event-log.port';
import type { LogRecord, RecordBatch, RecordToAppend } from '../../record';
import type { Position, TopicPartition, TopicSpec } from '../../topic';

/** A fresh, empty log and the levers that the suite needs. */
export interface LogUnderTest {
  readonly log: EventLog;
  /** Largest record that the log takes, in bytes. */
  readonly maxRecordBytes: number;
  /** Compacts all compacted topics now, as far as the adapter can be made to. */
  compact?(): Promise<void>;
  /** Drops what stands before these positions, as retention does. */
  trim?(positions: readonly Position[]): Promise<void>;
  /** Lets waiting polls see that this time has passed; without it the suite waits for real. */
  passTime?(ms: number): void;
  /**
   * Lets about 20 ms pass. For logs over a network, where the other members of a group hear of a
   * change a little later; without it they have to have heard when `joinGroup` or `leave` resolves.
   */
  wait?(): Promise<void>;
  /** Called after each test; closes the log if the test has not. */
  dispose(): Promise<void>;
}

/** Makes a log for one test. */
export type MakeLog = () => Promise<LogUnderTest>;

/** A log that is disposed of after each test of the suite that calls this. */
export const freshLog = (makeLog: MakeLog): (() => LogUnderTest) => {
  let current: LogUnderTest | undefined;
  beforeEach(async () => {
    current = await makeLog();
    await current.log.ensureTopics([events, table]);
  });
  afterEach(async () => {
    await current?.dispose();
    current = undefined;
  });
  return () => {
    if (current === undefined) throw new Error('no log: freshLog is for use inside tests');
    return current;
  };
};

/** A topic that keeps everything. */
export const events: TopicSpec = {
  name: 'contract-events',
  partitions: 3,
  cleanup: 'delete',
  retentionMs: -1,
};

/** A topic that keeps the newest of each key. */
export const table: TopicSpec = {
  name: 'contract-table',
  partitions: 3,
  cleanup: 'compact',
  retentionMs: -1,
};

export const lane = (partition: number, topic = events.name): TopicPartition => ({
  topic,
  partition,
});

export const start = (partition: number, topic = events.name): Position => ({
  topic,
  partition,
  offset: 0,
});

/** A record of the events topic. */
export const event = (value: string, partition = 0): RecordToAppend => ({
  topic: events.name,
  partition,
  key: `key of ${value}`,
  value,
  headers: { ce_type: 'contract.happened' },
});

/** A record of the table topic; a null value deletes. */
export const row = (key: string, value: string | null, partition = 0): RecordToAppend => ({
  topic: table.name,
  partition,
  key,
  value,
});

/** Values of all records, in order, as text; null stays null. */
export const valuesOf = (batches: readonly RecordBatch[]): readonly (string | null)[] =>
  batches.flatMap(({ records }) => records.map(({ value }) => value?.toString() ?? null));

/** A record without its laziness. */
export const plain = ({ key, value, headers }: LogRecord) => ({
  key: key?.toString() ?? null,
  value: value?.toString() ?? null,
  headers: { ...headers },
});

/** Reads from a position until its partition's end at that time. */
export const readAll = async (log: EventLog, from: Position): Promise<readonly LogRecord[]> => {
  const [bounds] = await log.offsets([from]);
  const end = bounds?.endOffset ?? 0;
  const reader = await log.openReader([from]);
  const records: LogRecord[] = [];
  while (reader.position(from) < end) {
    for (const batch of await reader.poll({ maxWaitMs: 100 })) records.push(...batch.records);
  }
  await reader.close();
  return records;
};

/** Appends in one transaction of the writer with this id. */
export const commitAs = async (
  log: EventLog,
  writerId: string,
  records: readonly RecordToAppend[],
) => {
  const writer = await log.openWriter(writerId);
  const transaction = writer.begin();
  await transaction.append(records);
  const receipt = await transaction.commit();
  await writer.close();
  return receipt;
};
