/**
 * The rows of a batch before it is committed: what its commands changed, over what is committed.
 */
import type { AnyAggregateType, VersionedRow } from './aggregate';
import type { RowChange } from './row-store.port';

/** Changed rows by aggregate name. */
export type RowChanges = ReadonlyMap<string, readonly RowChange[]>;

/** Where committed rows of one aggregate type are read. */
export interface CommittedRows {
  readonly type: AnyAggregateType;
  row(key: string): VersionedRow | undefined;
}

/** Dropped as a whole when the batch is not committed. */
export class Overlay {
  private readonly byAggregate = new Map<string, AggregateOverlay>();

  row(aggregate: CommittedRows, key: string): VersionedRow | undefined {
    const { rows } = this.of(aggregate.type.name);
    const seen = rows.get(key);
    if (seen !== undefined || rows.has(key)) return seen;
    const row = aggregate.row(key);
    // Remembered also unchanged: a store may unpack a new object at each call.
    rows.set(key, row);
    return row;
  }

  /** Takes the rows that are not the same object as before. */
  put(
    aggregate: CommittedRows,
    rows: {
      readonly keys: readonly string[];
      readonly before: readonly (VersionedRow | undefined)[];
      readonly after: readonly (VersionedRow | undefined)[];
    },
  ): void {
    const overlay = this.of(aggregate.type.name);
    rows.keys.forEach((key, i) => {
      const after = rows.after[i];
      if (after === rows.before[i]) return;
      overlay.rows.set(key, after);
      overlay.changed.add(key);
    });
  }

  /** Changed rows by aggregate name, one per key: the newest. */
  changeLists(): RowChanges {
    const lists = new Map<string, readonly RowChange[]>();
    for (const [name, { rows, changed }] of this.byAggregate) {
      if (changed.size === 0) continue;
      lists.set(
        name,
        Array.from(changed, (key) => ({ key, row: rows.get(key) })),
      );
    }
    return lists;
  }

  private of(name: string): AggregateOverlay {
    const found = this.byAggregate.get(name);
    if (found !== undefined) return found;
    const made = { rows: new Map(), changed: new Set<string>() };
    this.byAggregate.set(name, made);
    return made;
  }
}

interface AggregateOverlay {
  readonly rows: Map<string, VersionedRow | undefined>;
  readonly changed: Set<string>;
}
