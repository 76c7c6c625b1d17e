/**
 * A cache view in memory: empty at each start, filled again from the log.
 */
import { checkCacheUpdate } from '../cache-update';
import type { CachedRow, CacheUpdate, CacheView } from '../cache-view.port';
import type { JsonObject, ViewRow } from '../view-store.port';
import { compareBytes, InProcessViewStore } from './in-process-view-store';

type Push = Extract<CacheUpdate, { kind: 'push' }>;

interface CacheState {
  readonly rows: Map<string, { readonly version: number; readonly value: JsonObject | undefined }>;
  /** Lists in descending order. */
  readonly lists: Map<string, Push[]>;
  readonly counters: Map<string, Record<string, number>>;
}

/** Cache view of one process. Memory grows with the number of keys, lists are bounded by `keep`. */
export class InProcessCacheView
  extends InProcessViewStore<CacheUpdate, CacheState>
  implements CacheView
{
  /** @param view the view's name */
  constructor(view: string) {
    super(view);
  }

  check(update: CacheUpdate): void {
    checkCacheUpdate(this.view, update);
  }

  async get(key: string): Promise<CachedRow | undefined> {
    const row = this.live().rows.get(key);
    return row?.value === undefined ? undefined : { version: row.version, value: row.value };
  }

  async list(key: string, limit: number): Promise<readonly JsonObject[]> {
    return (this.live().lists.get(key) ?? []).slice(0, limit).map((entry) => entry.value);
  }

  async counters(key: string): Promise<Readonly<Record<string, number>>> {
    return { ...this.live().counters.get(key) };
  }

  protected emptyState(): CacheState {
    return { rows: new Map(), lists: new Map(), counters: new Map() };
  }

  protected write(state: CacheState, updates: readonly CacheUpdate[]): void {
    for (const update of updates) {
      switch (update.kind) {
        case 'put':
          putIfNewer(state, update);
          break;
        case 'push':
          push(listOf(state, update.key), update);
          break;
        case 'count':
          count(state, update.key, update.add);
          break;
      }
    }
  }

  protected *content(state: CacheState): Iterable<ViewRow> {
    for (const [key, { version, value }] of state.rows) {
      const text = value === undefined ? '' : JSON.stringify(value);
      yield { key: `row ${key}`, content: `${version} ${text}` };
    }
    for (const [key, list] of state.lists) {
      const entries = list.map(({ entry, version, value }) => [entry, version, value]);
      yield { key: `list ${key}`, content: JSON.stringify(entries) };
    }
    for (const [key, counters] of state.counters) {
      const sorted = Object.entries(counters).sort(([a], [b]) => compareBytes(a, b));
      yield { key: `count ${key}`, content: JSON.stringify(sorted) };
    }
  }
}

const putIfNewer = (state: CacheState, update: Extract<CacheUpdate, { kind: 'put' }>): void => {
  const known = state.rows.get(update.key);
  if (known !== undefined && known.version >= update.version) return;
  state.rows.set(update.key, { version: update.version, value: update.value });
};

const listOf = (state: CacheState, key: string): Push[] => {
  const known = state.lists.get(key);
  if (known !== undefined) return known;
  const list: Push[] = [];
  state.lists.set(key, list);
  return list;
};

const push = (list: Push[], update: Push): void => {
  const at = list.findIndex(({ entry }) => entry === update.entry);
  const known = list[at];
  if (known !== undefined) {
    if (known.version < update.version) list[at] = { ...update, order: known.order };
    return;
  }
  const place = list.findIndex((entry) => isAbove(update, entry));
  list.splice(place < 0 ? list.length : place, 0, update);
  if (list.length > update.keep) list.length = update.keep;
};

const isAbove = (a: Push, b: Push): boolean =>
  a.order > b.order || (a.order === b.order && compareBytes(a.entry, b.entry) > 0);

const count = (state: CacheState, key: string, add: Readonly<Record<string, number>>): void => {
  const counters = state.counters.get(key) ?? {};
  for (const [name, by] of Object.entries(add)) counters[name] = (counters[name] ?? 0) + by;
  state.counters.set(key, counters);
};
