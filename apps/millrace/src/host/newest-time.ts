/** Where the clock of a system that goes on must begin: the newest time that a topic holds. */
import {
  type EpochMs,
  type EventLog,
  type LogRecord,
  LogUnavailableError,
  type PartitionOffsets,
} from '@millrace/event-log';

/**
 * How far the first look goes back, and how much farther each next one: on Kafka the last offsets of
 * a partition belong to markers of transactions and to aborted records, which are never read.
 */
const FIRST_STEP = 4;
const FACTOR = 16;
const POLL_MS = 500;
/** Without anything read for so many polls the partition is given up: 30 s. */
const MAX_IDLE_POLLS = 60;

/** Time of a record; undefined when it has none that counts. */
export type TimeOf = (record: LogRecord) => EpochMs | undefined;

/** When it was appended, by the clock of whoever keeps the log. */
export const appendTime: TimeOf = ({ timestampMs }) => timestampMs;

/** When it happened; barriers and the like have none. */
export const eventTime: TimeOf = ({ headers }) => {
  const timeMs = Date.parse(headers['ce_time'] ?? '');
  return Number.isNaN(timeMs) ? undefined : timeMs;
};

/** @returns undefined when no record has a time */
export const newestTime = async (
  log: EventLog,
  { topic, lanes }: { readonly topic: string; readonly lanes: number },
  timeOf: TimeOf,
): Promise<EpochMs | undefined> => {
  const partitions = Array.from({ length: lanes }, (_, partition) => ({ topic, partition }));
  const offsets = await log.offsets(partitions);
  const times = await Promise.all(offsets.map((of) => newestIn(log, of, timeOf)));
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
};

const newestIn = async (
  log: EventLog,
  of: PartitionOffsets,
  timeOf: TimeOf,
): Promise<EpochMs | undefined> => {
  const { startOffset, endOffset } = of;
  for (let step = FIRST_STEP, from = endOffset; from > startOffset; step *= FACTOR) {
    const until = from;
    from = Math.max(startOffset, endOffset - step);
    const newest = await newestBetween(log, { ...of, from, until }, timeOf);
    if (newest !== undefined) return newest;
  }
  return undefined;
};

interface Span extends PartitionOffsets {
  readonly from: number;
  readonly until: number;
}

const newestBetween = async (
  log: EventLog,
  span: Span,
  timeOf: TimeOf,
): Promise<EpochMs | undefined> => {
  const { topic, partition, from, until } = span;
  const reader = await log.openReader([{ topic, partition, offset: from }]);
  let newest: EpochMs | undefined;
  try {
    for (let idle = 0; reader.position({ topic, partition }) < until; ) {
      const batches = await reader.poll({ maxWaitMs: POLL_MS });
      idle = batches.length === 0 ? idle + 1 : 0;
      if (idle > MAX_IDLE_POLLS) throw new LogUnavailableError(`${topic}/${partition}`);
      for (const record of batches.flatMap(({ records }) => records)) {
        newest = timeOf(record) ?? newest;
      }
    }
    return newest;
  } finally {
    await reader.close();
  }
};
