/**
 * Records as operators see them.
 */
import type { EpochMs, RecordHeaders } from '@millrace/event-log';

/** A record inside a topology. Operators give new records; they never change one. */
export interface StreamRecord<V> {
  readonly key: string | null;
  readonly value: V;
  /** Event time. */
  readonly timestampMs: EpochMs;
  /** min(event time, append time) of the source record: what moves clocks, so that one record
   * dated in the future cannot make the others late. */
  readonly clockMs: EpochMs;
  /** Headers of the source record. */
  readonly headers: RecordHeaders;
}

/** Where a record goes next: a synchronous call. */
export type Receiver<V> = (record: StreamRecord<V>) => void;

/** The same record with another value. */
export const withValue = <V, W>(record: StreamRecord<V>, value: W): StreamRecord<W> => ({
  key: record.key,
  value,
  timestampMs: record.timestampMs,
  clockMs: record.clockMs,
  headers: record.headers,
});

/** The same record with another key. */
export const withKey = <V>(record: StreamRecord<V>, key: string | null): StreamRecord<V> => ({
  key,
  value: record.value,
  timestampMs: record.timestampMs,
  clockMs: record.clockMs,
  headers: record.headers,
});
