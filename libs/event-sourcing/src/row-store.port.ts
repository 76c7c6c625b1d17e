/**
 * Where an owner keeps the committed rows of one lane and one aggregate type.
 */
import type { VersionedRow } from './aggregate';

/** A change of one row; undefined deletes it. */
export interface RowChange {
  readonly key: string;
  readonly row: VersionedRow | undefined;
}

/** Committed rows by key, with the position in the state topic up to which they are complete. */
export interface RowStore {
  /** Number of rows. */
  readonly size: number;
  /** Offset of the next state record to be read; 0 for an empty store. */
  readonly nextOffset: number;
  /** The row; an equal, not always the same object at each call. */
  get(key: string): VersionedRow | undefined;
  /** Applies committed changes, in order, and moves the position; all or nothing. */
  apply(changes: readonly RowChange[], nextOffset: number): void;
  /** All rows, in no particular order; not to be changed meanwhile. */
  entries(): IterableIterator<readonly [string, VersionedRow]>;
  close(): void;
}

/** Makes (or opens) the store of a lane and an aggregate type. */
export type OpenRowStore = (lane: number, aggregate: string) => RowStore;
