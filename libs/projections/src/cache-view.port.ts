/**
 * Rows, newest lists and counters read by key, at once. Adapters: in process, Redis.
 */
import type { JsonObject, ViewStore } from './view-store.port';

/** One change of a cache view. */
export type CacheUpdate =
  /** Replaces the row if `version` is newer; `value` undefined is a tombstone that keeps it. */
  | {
      readonly kind: 'put';
      readonly key: string;
      readonly version: number;
      readonly value: JsonObject | undefined;
    }
  /**
   * Places an entry in the list of `key`, or replaces it if `version` is newer. The list keeps
   * the `keep` entries of the highest `order` (then highest entry id). An entry keeps its order.
   */
  | {
      readonly kind: 'push';
      readonly key: string;
      readonly entry: string;
      readonly version: number;
      readonly order: number;
      /** 1 to 1,000. */
      readonly keep: number;
      readonly value: JsonObject;
    }
  /** Adds to counters of `key`; exact because it is applied with the checkpoint. */
  | {
      readonly kind: 'count';
      readonly key: string;
      readonly add: Readonly<Record<string, number>>;
    };

/** A row with its version. */
export interface CachedRow {
  readonly version: number;
  readonly value: JsonObject;
}

/** Nest token. */
export const CACHE_VIEW = Symbol('CacheView');

/** A cache view; queries see the live generation. Rows, lists and counters have keys of their own. */
export interface CacheView extends ViewStore<CacheUpdate> {
  /** undefined when unknown or deleted. */
  get(key: string): Promise<CachedRow | undefined>;
  /** Highest order first. @param limit 1 to 1,000 */
  list(key: string, limit: number): Promise<readonly JsonObject[]>;
  /** Counters of a key; empty when unknown. */
  counters(key: string): Promise<Readonly<Record<string, number>>>;
}
