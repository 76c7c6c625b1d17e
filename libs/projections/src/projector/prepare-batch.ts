/**
 * From polled records to what the store has to apply. Pure: the same records, blocked subjects
 * and bound give the same batch.
 */
import { CodedError, type LogRecord, type RecordBatch } from '@millrace/event-log';
import type { Projection } from '../projection';
import type { BlockedSubject } from '../view-store.port';

/** What a batch is prepared with. */
export interface PrepareOptions<Source, Change> {
  readonly projection: Projection<Source, Change>;
  /** Refuses changes that do not fit the view, by throwing. */
  readonly check: (change: Change) => void;
  /** Subjects whose later events wait. */
  readonly blocked: ReadonlyMap<string, BlockedSubject>;
  /** Records from this offset on are left for later. */
  readonly until?: number;
}

/** A subject that got blocked in this batch, and by what. */
export interface BlockedNow {
  readonly blocked: BlockedSubject;
  readonly error: unknown;
}

/** Changes of polled records. */
export interface PreparedBatch<Change> {
  /** Where the checkpoint stands after it. */
  readonly next: number;
  readonly changes: readonly Change[];
  /** Records read, barriers and waiting ones included. */
  readonly records: number;
  /** Bytes of their values. */
  readonly bytes: number;
  /** Append time of the first record; undefined when there is none. */
  readonly firstAppendMs: number | undefined;
  readonly blockedNow: readonly BlockedNow[];
  /** The record at `next` could not be read: the lane has to stop there. */
  readonly unreadable: { readonly error: unknown } | undefined;
}

/**
 * Maps polled batches of one lane, given in order.
 *
 * @returns changes up to the first record that can't be read, or up to `until`
 */
export const prepareBatch = <Source, Change>(
  batches: readonly RecordBatch[],
  options: PrepareOptions<Source, Change>,
): PreparedBatch<Change> => {
  const { projection, until = Number.POSITIVE_INFINITY } = options;
  const records = batches.flatMap((batch) => batch.records).filter(({ offset }) => offset < until);
  const collected = new Collected(options);
  const relevant = projection.latestByKey ? newestOfKeys(records) : records;
  const unreadable = collected.addAll(relevant);
  const nextOffset = batches.at(-1)?.nextOffset ?? 0;
  return {
    next: unreadable === undefined ? Math.min(nextOffset, until) : unreadable.offset,
    changes: collected.changes,
    records: records.length,
    bytes: collected.bytes,
    firstAppendMs: records[0]?.timestampMs,
    blockedNow: collected.blockedNow,
    unreadable,
  };
};

class Collected<Source, Change> {
  readonly changes: Change[] = [];
  readonly blockedNow: BlockedNow[] = [];
  bytes = 0;
  readonly #blocked = new Set<string>();

  constructor(private readonly options: PrepareOptions<Source, Change>) {
    for (const subject of options.blocked.keys()) this.#blocked.add(subject);
  }

  addAll(records: readonly LogRecord[]): { offset: number; error: unknown } | undefined {
    const { projection } = this.options;
    for (const record of records) {
      let source: Source | undefined;
      try {
        source = projection.read(record);
      } catch (error) {
        return { offset: record.offset, error };
      }
      this.bytes += record.value?.length ?? 0;
      if (source !== undefined) this.#add(source, record.offset);
    }
    return undefined;
  }

  #add(source: Source, offset: number): void {
    const { projection, check } = this.options;
    const subject = this.#blocked.size === 0 ? undefined : projection.subjectOf(source);
    if (subject !== undefined && this.#blocked.has(subject)) return;
    try {
      const changes = projection.map(source);
      for (const change of changes) check(change);
      for (const change of changes) this.changes.push(change);
    } catch (error) {
      const blocked = { subject: projection.subjectOf(source), offset, reason: reasonOf(error) };
      this.#blocked.add(blocked.subject);
      this.blockedNow.push({ blocked, error });
    }
  }
}

/** The newest record of each key at its own place; records without a key all stay. */
const newestOfKeys = (records: readonly LogRecord[]): readonly LogRecord[] => {
  const newest = new Map<string, LogRecord>();
  for (const record of records) {
    if (record.key !== null) newest.set(record.key.toString('latin1'), record);
  }
  const kept = new Set(newest.values());
  return records.filter((record) => record.key === null || kept.has(record));
};

const reasonOf = (error: unknown): string => {
  if (error instanceof CodedError) return error.code;
  return error instanceof Error ? error.name : 'unknown';
};
