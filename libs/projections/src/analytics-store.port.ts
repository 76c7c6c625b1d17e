/**
 * Sums per time bucket and dimensions. Adapters: in process, Postgres (PGlite).
 */
import type { ViewStore } from './view-store.port';

/** A table of sums. Names: `a-z`, then `a-zA-Z0-9`, <= 40. */
export interface RollupDefinition {
  /** Name of the view. */
  readonly name: string;
  /** Length of a bucket, ms, > 0; buckets start at multiples of it since 1970 UTC. */
  readonly bucketMs: number;
  /** Text dimensions, 1 to 8. */
  readonly dimensions: readonly string[];
  /** Integer sums, 1 to 8. */
  readonly measures: readonly string[];
}

/** What one event adds. */
export interface RollupIncrement {
  /** Event time; the store finds the bucket. */
  readonly atMs: number;
  /** Values in the order of the definition. */
  readonly dimensions: readonly string[];
  /** Safe integers in the order of the definition; may be negative. */
  readonly measures: readonly number[];
}

/** A question to a rollup. */
export interface RollupQuery {
  /** Inclusive; rounded down to a bucket. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  /** Length of the answer's buckets: a multiple of the definition's. */
  readonly bucketMs: number;
  /** Dimensions to keep apart; the others are summed up. */
  readonly groupBy: readonly string[];
  /** Only rows with one of these values, 1 to 100 per dimension. */
  readonly filters?: Readonly<Record<string, readonly string[]>>;
  /** 1 to 10,000 rows. */
  readonly limit: number;
}

/** Sums of one bucket and group. */
export interface RollupRow {
  readonly bucketStartMs: number;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly measures: Readonly<Record<string, number>>;
}

/** Answer to a question. */
export interface RollupResult {
  /** Ascending by bucket, then by the dimensions in the order of `groupBy`. */
  readonly rows: readonly RollupRow[];
  /** True when `limit` cut the answer. */
  readonly truncated: boolean;
}

/** Nest token. */
export const ANALYTICS_STORE = Symbol('AnalyticsStore');

/** A rollup table. `rows`: bucket and dimensions as key, sums as content. */
export interface AnalyticsStore extends ViewStore<RollupIncrement> {
  readonly definition: RollupDefinition;
  /** On the live generation. @throws InvalidQueryError */
  query(query: RollupQuery): Promise<RollupResult>;
}
