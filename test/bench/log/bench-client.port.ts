/** What every client under measure can do, so that all are asked the same. */

/** Records to write or read: values of `VALUE_BYTES`, spread over the partitions of one topic. */
export interface Load {
  readonly topic: string;
  readonly partitions: number;
  readonly records: number;
}

/** A client of the log in a process of its own. Every call opens, works, and closes. */
export interface BenchClient {
  /** Idempotent, acks of all replicas, 4 calls of 1,000 records in flight. @returns usage */
  append(load: Load): Promise<Usage>;
  /** One transaction open at a time, a commit every 100 ms; batches as in `append`. */
  appendInTransactions(load: Load): Promise<Usage>;
  /** From the start, committed records only; values are not decoded. */
  read(load: Load): Promise<Usage>;
  /** Transactions of one record, back to back. @returns ms of each */
  transactions(load: Load): Promise<readonly number[]>;
  /** Opens a writer whose predecessor has a transaction open. @returns ms of each */
  takeovers(load: Load): Promise<readonly number[]>;
  /** From `commit` being called to the record in a reader's hands. @returns ms of each */
  visibility(load: Load): Promise<readonly number[]>;
}

/** What a piece of work took in its process. */
export interface Usage {
  readonly records: number;
  readonly wallSeconds: number;
  /** User and system time of the whole process. */
  readonly cpuSeconds: number;
}

/** Bytes of a value, as in Kafka's own performance tools' `--record-size`. */
export const VALUE_BYTES = 250;
/** Records of one call. */
export const CALL_RECORDS = 1_000;
/** Calls that are not answered yet. */
export const CALLS_IN_FLIGHT = 4;
/** Time between two commits, ms. */
export const COMMIT_EVERY_MS = 100;

/** What {@link BenchClient} measures, by name. */
export const measures = [
  'append',
  'appendInTransactions',
  'read',
  'transactions',
  'takeovers',
  'visibility',
] as const;

/** One of {@link measures}. */
export type Measure = (typeof measures)[number];
