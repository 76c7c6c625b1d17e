/**
 * Copies one lane of a topic to another, exactly once: outputs and the lane's position are written
 * in one transaction. At each takeover it fences its predecessor first and reads the position
 * after. Any doubt ends the session and begins a new one.
 */
import {
  CodedError,
  type EventLog,
  type LogReader,
  type RecordBatch,
  type TransactionalWriter,
  WriterFencedError,
} from '@millrace/event-log';

/** Topics of a copy: all have as many partitions; the changelog holds the positions. */
export interface CopyTopics {
  readonly input: string;
  readonly output: string;
  readonly changelog: string;
  readonly partitions: number;
}

/** What a lane's copier tells; `by` names one transaction. */
export type LaneEvent =
  | { readonly kind: 'opened'; readonly lane: number; readonly next: number }
  | { readonly kind: 'began'; readonly lane: number; readonly by: string }
  | { readonly kind: 'aborting'; readonly lane: number; readonly by: string }
  | {
      readonly kind: 'committed';
      readonly lane: number;
      readonly by: string;
      readonly next: number;
    }
  /** The session ended by an error; another one begins. */
  | { readonly kind: 'doubt'; readonly lane: number; readonly code: string }
  | { readonly kind: 'fenced'; readonly lane: number };

/** What to copy, and how. */
export interface LaneJob {
  readonly log: EventLog;
  readonly topics: CopyTopics;
  readonly lane: number;
  readonly writerId: string;
  /** Names this process in `by`. */
  readonly name: string;
  /** Whether this attempt is to be aborted on purpose; its records come again with the next. */
  readonly aborts: (attempt: number) => boolean;
  /** Whether it takes over again after a doubt, or leaves the lane to others. */
  readonly afterDoubt: 'takes-over' | 'ends';
  readonly takeOver: TakeOver;
  readonly tell: (event: LaneEvent) => void;
  readonly signal: AbortSignal;
}

/** How the copy of a lane ended. */
export type LaneEnd = 'stopped' | 'fenced' | 'doubt';

/** A writer that has fenced its predecessor, and where the predecessor's copies end. */
export interface Taken {
  readonly writer: TransactionalWriter;
  readonly next: number;
}

export type TakeOver = (job: LaneJob) => Promise<Taken>;

/** Value of a copied record. */
export interface Copied {
  readonly n: number;
  readonly by: string;
}

const POLL_MS = 100;
const POLL_RECORDS = 100;
/** So much is sent before the end of the transaction: aborted records are in the log. */
const ABORTED_BYTES = 700_000;

/**
 * Copies until the signal comes or a newer owner does.
 *
 * @throws an error that only somebody's act can mend
 */
export const copyLane = async (job: LaneJob): Promise<LaneEnd> => {
  const { lane, tell, signal } = job;
  const attempts = { count: 0 };
  while (!signal.aborted) {
    try {
      await copySession(job, attempts);
    } catch (error) {
      if (error instanceof WriterFencedError) {
        tell({ kind: 'fenced', lane });
        return 'fenced';
      }
      if (!(error instanceof CodedError && error.retryable)) throw error;
      tell({ kind: 'doubt', lane, code: error.code });
      if (job.afterDoubt === 'ends') return 'doubt';
    }
  }
  return 'stopped';
};

/** Fences, writes a barrier, and reads the position up to it: nothing of the predecessor is missed. */
export const fenceThenRead: TakeOver = async (job) => {
  const writer = await job.log.openWriter(job.writerId);
  try {
    const transaction = writer.begin();
    const at = { topic: job.topics.changelog, partition: job.lane };
    await transaction.append([{ ...at, key: 'barrier', value: job.name }]);
    const { partitions } = await transaction.commit();
    return { writer, next: await positionBefore(job, partitions[0]?.nextOffset ?? 0) };
  } catch (error) {
    await writer.close();
    throw error;
  }
};

/** The newest position in the changelog below an offset; 0 when there is none. */
export const positionBefore = async (
  { log, topics, lane }: LaneJob,
  endOffset: number,
): Promise<number> => {
  const at = { topic: topics.changelog, partition: lane };
  const reader = await log.openReader([{ ...at, offset: 0 }]);
  let next = 0;
  try {
    while (reader.position(at) < endOffset) {
      for (const { records } of await reader.poll({ maxWaitMs: POLL_MS })) {
        for (const { key, value } of records) {
          if (key?.toString() === POSITION) next = Number(value?.toString());
        }
      }
    }
    return next;
  } finally {
    await reader.close();
  }
};

const POSITION = 'position';

const copySession = async (job: LaneJob, attempts: { count: number }): Promise<void> => {
  const { log, topics, lane, tell, signal } = job;
  const { writer, next } = await job.takeOver(job);
  tell({ kind: 'opened', lane, next });
  try {
    const reader = await log.openReader([{ topic: topics.input, partition: lane, offset: next }]);
    try {
      while (!signal.aborted) {
        for (const batch of await reader.poll({ maxWaitMs: POLL_MS, maxRecords: POLL_RECORDS })) {
          attempts.count += 1;
          await copyBatch(job, { writer, reader, batch, attempt: attempts.count });
        }
      }
    } finally {
      await reader.close();
    }
  } finally {
    await writer.close();
  }
};

interface BatchJob {
  readonly writer: TransactionalWriter;
  readonly reader: LogReader;
  readonly batch: RecordBatch;
  readonly attempt: number;
}

const copyBatch = async (
  { topics, lane, name, aborts, tell }: LaneJob,
  { writer, reader, batch, attempt }: BatchJob,
): Promise<void> => {
  const by = `${name}/${lane}/${attempt}`;
  const { nextOffset: next } = batch;
  const isAborted = aborts(attempt);
  const padding = isAborted ? 'x'.repeat(ABORTED_BYTES / Math.max(1, batch.records.length)) : '';
  const transaction = writer.begin();
  tell({ kind: 'began', lane, by });
  await transaction.append(
    batch.records.map(({ value }) => {
      const n = Number(value?.toString());
      const copied: Copied = { n, by };
      // Over two partitions, so that a transaction has several leaders.
      const partition = (lane + (n % 2)) % topics.partitions;
      const text = `${JSON.stringify(copied)}${padding}`;
      return { topic: topics.output, partition, key: null, value: text };
    }),
  );
  const at = { topic: topics.changelog, partition: lane };
  await transaction.append([{ ...at, key: POSITION, value: String(next) }]);
  if (isAborted) {
    tell({ kind: 'aborting', lane, by });
    await transaction.abort();
    const [first] = batch.records;
    if (first !== undefined) reader.seek({ ...batch, offset: first.offset });
    return;
  }
  await transaction.commit();
  tell({ kind: 'committed', lane, by, next });
};
