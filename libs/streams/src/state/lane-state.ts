/**
 * All state of one lane, and its way into and out of the changelog.
 * Keys there: `<store>/<key>`, `~structures/<store>`, `~progress`.
 */
import { StateInconsistentError, StateVersionError } from '../streams.errors';
import { decodeProgress, encodeProgress, type LaneProgress } from './lane-progress';
import { type AnyStore, ManagedStore, type StoreChange } from './managed-store';
import type { Structures } from './store-codec';
import type { KeyValueStore, StoreSpec } from './store-spec';

const PROGRESS_KEY = '~progress';
const STRUCTURES = '~structures';

/** Stores of a lane. */
export class LaneState {
  readonly #stores = new Map<string, AnyStore>();
  readonly #raw = new Map<string, Buffer>();
  #records = 0;

  constructor(
    private readonly topologyId: string,
    private readonly lane: number,
  ) {}

  open<T>(spec: StoreSpec<T>): KeyValueStore<T> {
    const managed = new ManagedStore(spec);
    this.#stores.set(spec.name, managed);
    return managed.store;
  }

  get stores(): readonly AnyStore[] {
    return [...this.#stores.values()];
  }

  get dirty(): boolean {
    for (const store of this.#stores.values()) if (store.dirtyCount > 0) return true;
    return false;
  }

  /** Takes one record of the changelog, in the order of the log. */
  restoreRecord(key: string, value: Buffer | null): void {
    this.#records += 1;
    // The buffer is a view on a batch of the log, which would be held by it.
    if (value === null) this.#raw.delete(key);
    else this.#raw.set(key, Buffer.from(value));
  }

  /**
   * Fills the stores with what was read.
   * @returns undefined for a lane without any history
   * @throws StateInconsistentError state without position, or a part of the state is missing
   */
  finishRestore(): LaneProgress | undefined {
    const progressBytes = this.#raw.get(PROGRESS_KEY);
    if (progressBytes === undefined) {
      if (this.#records > 0) this.#inconsistent('the changelog has state but no positions');
      return undefined;
    }
    const progress = decodeProgress(progressBytes);
    if (progress === undefined) throw new StateVersionError(PROGRESS_KEY, 0, 1);
    this.#raw.delete(PROGRESS_KEY);
    this.#restoreStructures();
    for (const [key, bytes] of this.#raw) {
      const slash = key.indexOf('/');
      this.#storeOf(key.slice(0, slash)).restore(key.slice(slash + 1), bytes);
    }
    this.#raw.clear();
    for (const [name, size] of Object.entries(progress.sizes)) {
      const found = this.#storeOf(name).size;
      if (found !== size) {
        this.#inconsistent(`store ${name} has ${found} keys, its positions belong to ${size}`);
      }
    }
    return progress;
  }

  /** Changes since the last call, and the progress that belongs to them, for the changelog. */
  collect(progress: Omit<LaneProgress, 'format' | 'sizes'>): readonly StoreChange[] {
    const records: StoreChange[] = [];
    const sizes: Record<string, number> = {};
    for (const store of this.#stores.values()) {
      const { changes, structures } = store.flush();
      sizes[store.name] = store.size;
      if (structures !== undefined) {
        const value = Buffer.from(JSON.stringify(structures));
        records.push({ key: `${STRUCTURES}/${store.name}`, value });
      }
      for (const { key, value } of changes) records.push({ key: `${store.name}/${key}`, value });
    }
    const value = Buffer.from(encodeProgress({ format: 1, ...progress, sizes }));
    records.push({ key: PROGRESS_KEY, value });
    return records;
  }

  #restoreStructures(): void {
    for (const [key, bytes] of this.#raw) {
      if (!key.startsWith(`${STRUCTURES}/`)) continue;
      const structures: Structures = JSON.parse(bytes.toString('utf8'));
      this.#storeOf(key.slice(STRUCTURES.length + 1)).restoreStructures(structures);
      this.#raw.delete(key);
    }
  }

  #storeOf(name: string): AnyStore {
    const store = this.#stores.get(name);
    if (store !== undefined) return store;
    const problem = `the changelog has a store ${name} that the topology has not: a changed`;
    return this.#inconsistent(`${problem} topology needs an id of its own`);
  }

  #inconsistent(problem: string): never {
    throw new StateInconsistentError(this.topologyId, this.lane, problem);
  }
}
