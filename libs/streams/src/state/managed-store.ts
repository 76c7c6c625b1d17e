/**
 * One store of one lane: the stack of layers, its codec, and its changes since the last commit.
 */
import {
  CachedLayer,
  ChangeLoggedLayer,
  MemoryLayer,
  MeteredLayer,
  type StoreCounts,
} from './state-layer';
import { StoreCodec, type Structures } from './store-codec';
import type { KeyValueStore, StoreSpec } from './store-spec';

/** A record for the changelog: null is a tombstone. */
export interface StoreChange {
  readonly key: string;
  readonly value: Buffer | null;
}

/** A store whose values' type is its own affair: what the lane needs of it. */
export interface AnyStore {
  readonly name: string;
  readonly size: number;
  readonly dirtyCount: number;
  readonly counts: StoreCounts;
  restore(key: string, value: Uint8Array): void;
  restoreStructures(structures: Structures): void;
  /** Writes back what is dirty; gives one change per dirty key, and structures not yet stored. */
  flush(): {
    readonly changes: readonly StoreChange[];
    readonly structures: Structures | undefined;
  };
}

/** metered -> cached -> change-logged -> memory. */
export class ManagedStore<T> implements AnyStore {
  readonly name: string;
  readonly #memory = new MemoryLayer<T>();
  readonly #cached: CachedLayer<T>;
  readonly #top: MeteredLayer<T>;
  readonly #codec: StoreCodec<T>;
  #changes: StoreChange[] = [];

  constructor(spec: StoreSpec<T>) {
    this.name = spec.name;
    this.#codec = new StoreCodec(spec);
    const logged = new ChangeLoggedLayer<T>(this.#memory, (key, value) => {
      const bytes = value === undefined ? null : this.#codec.encode(value);
      this.#changes.push({ key, value: bytes });
    });
    this.#cached = new CachedLayer<T>(logged);
    this.#top = new MeteredLayer<T>(this.#cached);
  }

  /** What operators use. */
  get store(): KeyValueStore<T> {
    return this.#top;
  }

  get size(): number {
    return this.#cached.size;
  }

  get dirtyCount(): number {
    return this.#cached.dirtyCount;
  }

  get counts(): StoreCounts {
    return this.#top.counts;
  }

  restore(key: string, value: Uint8Array): void {
    this.#memory.put(key, this.#codec.decode(value));
  }

  restoreStructures(structures: Structures): void {
    this.#codec.restoreStructures(structures);
  }

  flush(): {
    readonly changes: readonly StoreChange[];
    readonly structures: Structures | undefined;
  } {
    this.#cached.flush();
    const changes = this.#changes;
    this.#changes = [];
    return { changes, structures: this.#codec.takeNewStructures() };
  }
}
