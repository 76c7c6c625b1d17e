/**
 * Owners with a known hole, made by a log that lies to them: each must be caught by the checker.
 */
import type {
  CommitReceipt,
  EventLog,
  LogReader,
  Position,
  RecordBatch,
  RecordHeaders,
  RecordToAppend,
  Transaction,
  TransactionalWriter,
} from '@millrace/event-log';
import { BARRIER_KEY } from '@millrace/event-sourcing';

/** The holes. */
export type PlantedBug = 'skip-barrier' | 'answer-before-commit' | 'no-fence';

/** All of them. */
export const plantedBugs: readonly PlantedBug[] = [
  'skip-barrier',
  'answer-before-commit',
  'no-fence',
];

/** The log as an owner with that hole would use it. */
export const withBug = (log: EventLog, bug: PlantedBug, instance: string): EventLog => {
  switch (bug) {
    case 'no-fence':
      return overriding(log, {
        openWriter: (writerId) => log.openWriter(`${writerId}-${instance}`),
      });
    case 'answer-before-commit':
      return overriding(log, {
        openWriter: async (writerId) => new HastyWriter(await log.openWriter(writerId), log),
      });
    case 'skip-barrier':
      return skippingBarriers(log);
  }
};

const overriding = (log: EventLog, changed: Partial<EventLog>): EventLog => ({
  incarnation: log.incarnation,
  ensureTopics: (topics) => log.ensureTopics(topics),
  topics: () => log.topics(),
  offsets: (partitions) => log.offsets(partitions),
  openWriter: (writerId) => log.openWriter(writerId),
  append: (records) => log.append(records),
  openReader: (positions) => log.openReader(positions),
  joinGroup: (options) => log.joinGroup(options),
  publishGroupPositions: (groupId, positions) => log.publishGroupPositions(groupId, positions),
  groupPositions: (groupId) => log.groupPositions(groupId),
  close: () => log.close(),
  ...changed,
});

const isBarrierRecord = (record: RecordToAppend | undefined): boolean =>
  record?.key === BARRIER_KEY;

/** Says "committed" at once, and commits later, if it can. */
class HastyWriter implements TransactionalWriter {
  readonly writerId: string;
  readonly epoch: number;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly inner: TransactionalWriter,
    private readonly log: EventLog,
  ) {
    this.writerId = inner.writerId;
    this.epoch = inner.epoch;
  }

  begin(): Transaction {
    const records: RecordToAppend[] = [];
    return {
      append: async (more) => void records.push(...more),
      abort: async () => undefined,
      commit: async () => {
        const written = this.last.then(() => this.write(records));
        this.last = written.catch(() => undefined);
        return isBarrierRecord(records[0]) ? written : this.guessed(records);
      },
    };
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  private async write(records: readonly RecordToAppend[]): Promise<CommitReceipt> {
    const transaction = this.inner.begin();
    await transaction.append(records);
    return transaction.commit();
  }

  private async guessed(records: readonly RecordToAppend[]): Promise<CommitReceipt> {
    const topics = [...new Set(records.map(({ topic }) => topic))];
    const ends = await this.log.offsets(topics.map((topic) => ({ topic, partition: 0 })));
    return {
      partitions: ends.map(({ topic, partition, endOffset: baseOffset }) => {
        const count = records.filter((record) => record.topic === topic).length;
        return { topic, partition, baseOffset, nextOffset: baseOffset + count };
      }),
    };
  }
}

/** Reads the state up to the present end, and fences the predecessor only with its first batch. */
const skippingBarriers = (log: EventLog): EventLog => {
  const pretended = new Map<string, { readonly offset: number; readonly headers: RecordHeaders }>();
  return overriding(log, {
    openWriter: async (writerId) => new LateWriter(writerId, { log, pretended }),
    openReader: async (positions) =>
      pretending(await log.openReader(positions), positions, pretended),
  });
};

type Pretended = Map<string, { readonly offset: number; readonly headers: RecordHeaders }>;

let lateWriters = 0;

class LateWriter implements TransactionalWriter {
  readonly epoch = ++lateWriters;
  private inner: TransactionalWriter | undefined;

  constructor(
    readonly writerId: string,
    private readonly with_: { readonly log: EventLog; readonly pretended: Pretended },
  ) {}

  begin(): Transaction {
    const records: RecordToAppend[] = [];
    return {
      append: async (more) => void records.push(...more),
      abort: async () => undefined,
      commit: () => (isBarrierRecord(records[0]) ? this.pretend(records) : this.write(records)),
    };
  }

  async close(): Promise<void> {
    await this.inner?.close();
  }

  private async pretend(barriers: readonly RecordToAppend[]): Promise<CommitReceipt> {
    const { log, pretended } = this.with_;
    const ends = await log.offsets(barriers.map(({ topic }) => ({ topic, partition: 0 })));
    const partitions = ends.map(({ topic, partition, endOffset }) => {
      const headers = barriers[0]?.headers ?? {};
      pretended.set(topic, { offset: endOffset, headers });
      return { topic, partition, baseOffset: endOffset, nextOffset: endOffset };
    });
    return { partitions };
  }

  private async write(records: readonly RecordToAppend[]): Promise<CommitReceipt> {
    this.inner ??= await this.with_.log.openWriter(this.writerId);
    const transaction = this.inner.begin();
    await transaction.append(records);
    return transaction.commit();
  }
}

const pretending = (
  reader: LogReader,
  positions: readonly Position[],
  pretended: Pretended,
): LogReader => {
  const shown = new Set<string>();
  const show = (): readonly RecordBatch[] =>
    positions.flatMap(({ topic, partition }) => {
      const barrier = pretended.get(topic);
      if (barrier === undefined || shown.has(topic)) return [];
      if (reader.position({ topic, partition }) < barrier.offset) return [];
      shown.add(topic);
      const { offset, headers } = barrier;
      const key = Buffer.from(BARRIER_KEY);
      const record = { offset, timestampMs: 0, key, value: Buffer.from('{}'), headers };
      return [{ topic, partition, records: [record], nextOffset: offset, endOffset: offset }];
    });
  return {
    poll: async (options) => {
      const barriers = positions.length > 1 ? show() : [];
      return barriers.length > 0 ? barriers : reader.poll(options);
    },
    position: (partition) => reader.position(partition),
    seek: (position) => reader.seek(position),
    pause: (partitions) => reader.pause(partitions),
    resume: (partitions) => reader.resume(partitions),
    wakeup: () => reader.wakeup(),
    close: () => reader.close(),
  };
};
