/**
 * What operators get from the lane that runs them. A topology is a description; each lane wires it
 * anew with stores, clocks and outputs of its own.
 */
import type { EpochMs, RecordHeaders } from '@millrace/event-log';
import type { KeyValueStore, StoreSpec } from '../state/store-spec';
import type { OperatorClock } from '../time/operator-clock';
import type { WindowBounds } from '../window/time-window';
import type { StreamRecord } from './stream-record';

/** Why a record, or its part for some windows, was not counted. */
export type DropReason =
  | 'late'
  | 'nullKey'
  | 'nullValue'
  | 'expired'
  | 'undecodable'
  | 'skipped'
  | 'capacity';

/** One drop: reported once per record and operator. */
export interface Drop {
  readonly operator: string;
  readonly reason: DropReason;
  readonly timestampMs: EpochMs;
  /** The windows that refused the record, ascending; empty when windows have no part in it. */
  readonly windows: readonly WindowBounds[];
}

/** A record leaving the lane. */
export interface OutgoingRecord {
  readonly topic: string;
  /** Routing key, or a lane's number; null: the lane that writes. */
  readonly route: string | number | null;
  readonly key: string | null;
  readonly value: string | Uint8Array | null;
  readonly headers: RecordHeaders;
  /** Event time, for reports; on the wire it is in the headers. */
  readonly timestampMs: EpochMs;
}

/** One lane's instances of what a topology declares. */
export interface Wiring {
  readonly lane: number;
  readonly lanes: number;
  store<T>(spec: StoreSpec<T>): KeyValueStore<T>;
  /** The clock of an operator; its time is kept with the lane's positions. */
  clock(operator: string): OperatorClock;
  drop(drop: Drop): void;
  emit(record: OutgoingRecord): void;
  /** Called once when stores and clocks have their restored content, before any record. */
  onRestored(hook: () => void): void;
}

/** Drops a record without windows. */
export const dropRecord = (
  wiring: Wiring,
  at: { readonly operator: string; readonly reason: DropReason },
  record: StreamRecord<unknown>,
): void => wiring.drop({ ...at, timestampMs: record.timestampMs, windows: [] });
