/**
 * The layers of a store. Each does one thing and speaks to the one below; all are synchronous.
 * metered -> cached -> change-logged -> memory
 */
import type { KeyValueStore } from './store-spec';

/** The bottom: what is kept, in memory. */
export class MemoryLayer<T> implements KeyValueStore<T> {
  readonly #values = new Map<string, T>();

  get size(): number {
    return this.#values.size;
  }

  get(key: string): T | undefined {
    return this.#values.get(key);
  }

  put(key: string, value: T): void {
    this.#values.set(key, value);
  }

  delete(key: string): void {
    this.#values.delete(key);
  }

  entries(): Iterable<readonly [string, T]> {
    return this.#values.entries();
  }
}

/** Hands each change to the changelog of the lane. `value` undefined is a deletion. */
export class ChangeLoggedLayer<T> implements KeyValueStore<T> {
  constructor(
    private readonly inner: KeyValueStore<T>,
    private readonly log: (key: string, value: T | undefined) => void,
  ) {}

  get size(): number {
    return this.inner.size;
  }

  get(key: string): T | undefined {
    return this.inner.get(key);
  }

  put(key: string, value: T): void {
    this.inner.put(key, value);
    this.log(key, value);
  }

  delete(key: string): void {
    this.inner.delete(key);
    this.log(key, undefined);
  }

  entries(): Iterable<readonly [string, T]> {
    return this.inner.entries();
  }
}

/** Write-back: holds changes until `flush`, so a key goes down once however often it changed. */
export class CachedLayer<T> implements KeyValueStore<T> {
  readonly #dirty = new Map<string, { readonly value: T } | null>();
  #added = 0;

  constructor(private readonly inner: KeyValueStore<T>) {}

  get size(): number {
    return this.inner.size + this.#added;
  }

  get(key: string): T | undefined {
    const held = this.#dirty.get(key);
    if (held === undefined) return this.inner.get(key);
    return held === null ? undefined : held.value;
  }

  put(key: string, value: T): void {
    if (!this.#has(key)) this.#added += 1;
    this.#dirty.set(key, { value });
  }

  delete(key: string): void {
    if (!this.#has(key)) return;
    this.#added -= 1;
    // Came and went between two commits: the layers below need not hear of it.
    if (this.inner.get(key) === undefined) this.#dirty.delete(key);
    else this.#dirty.set(key, null);
  }

  *entries(): Iterable<readonly [string, T]> {
    for (const entry of this.inner.entries()) if (!this.#dirty.has(entry[0])) yield entry;
    for (const [key, held] of this.#dirty) if (held !== null) yield [key, held.value];
  }

  /** Number of keys that `flush` will write. */
  get dirtyCount(): number {
    return this.#dirty.size;
  }

  flush(): void {
    for (const [key, held] of this.#dirty) {
      if (held === null) this.inner.delete(key);
      else this.inner.put(key, held.value);
    }
    this.#dirty.clear();
    this.#added = 0;
  }

  #has(key: string): boolean {
    const held = this.#dirty.get(key);
    return held === undefined ? this.inner.get(key) !== undefined : held !== null;
  }
}

/** Counts of one store since it was opened. */
export interface StoreCounts {
  readonly gets: number;
  readonly puts: number;
  readonly deletes: number;
}

/** The top: counts what is asked of a store. */
export class MeteredLayer<T> implements KeyValueStore<T> {
  #gets = 0;
  #puts = 0;
  #deletes = 0;

  constructor(private readonly inner: KeyValueStore<T>) {}

  get counts(): StoreCounts {
    return { gets: this.#gets, puts: this.#puts, deletes: this.#deletes };
  }

  get size(): number {
    return this.inner.size;
  }

  get(key: string): T | undefined {
    this.#gets += 1;
    return this.inner.get(key);
  }

  put(key: string, value: T): void {
    this.#puts += 1;
    this.inner.put(key, value);
  }

  delete(key: string): void {
    this.#deletes += 1;
    this.inner.delete(key);
  }

  entries(): Iterable<readonly [string, T]> {
    return this.inner.entries();
  }
}
