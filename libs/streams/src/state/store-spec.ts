/**
 * A store as a topology declares it, and as a processor uses it.
 */

/** Declaration of a keyed store. Make it with `storeSpec`. */
export interface StoreSpec<T> {
  /** Unique in the topology, `a-z 0-9 -`; stable: it names the state in the changelog. */
  readonly name: string;
  /** 1 to 255; raise it when the shape of the values changes. */
  readonly schemaVersion: number;
  /** Lifts a value that was stored by an older schema version. */
  readonly upgrade?: (stored: unknown, fromVersion: number) => T;
}

/** Settings of a store besides its name. */
export interface StoreOptions<T> {
  /** Default 1. */
  readonly schemaVersion?: number;
  readonly upgrade?: (stored: unknown, fromVersion: number) => T;
}

/** Declares a keyed store; values are plain data (objects, arrays, numbers, strings, Map, Set). */
export const storeSpec = <T>(name: string, options: StoreOptions<T> = {}): StoreSpec<T> => ({
  name,
  schemaVersion: options.schemaVersion ?? 1,
  ...(options.upgrade === undefined ? {} : { upgrade: options.upgrade }),
});

/** A store in use: synchronous. Values that were put are not changed afterwards. */
export interface KeyValueStore<T> {
  get(key: string): T | undefined;
  put(key: string, value: T): void;
  delete(key: string): void;
  /** Number of keys. */
  readonly size: number;
  /** All entries, in no particular order. The store must not be changed meanwhile. */
  entries(): Iterable<readonly [string, T]>;
}
