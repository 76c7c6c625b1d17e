/**
 * A rollup in memory: the reference for the other adapters.
 */
import type {
  AnalyticsStore,
  RollupDefinition,
  RollupIncrement,
  RollupQuery,
  RollupResult,
  RollupRow,
} from '../analytics-store.port';
import {
  bucketStart,
  checkIncrement,
  checkRollupDefinition,
  checkRollupQuery,
} from '../rollup/check-rollup';
import { coalesceIncrements, type RollupDelta, rollupKey } from '../rollup/coalesce-increments';
import type { ViewRow } from '../view-store.port';
import { compareBytes, InProcessViewStore } from './in-process-view-store';

/** Rollup in memory. Queries cost O(rows): for tests and small views. */
export class InProcessAnalyticsStore
  extends InProcessViewStore<RollupIncrement, Map<string, RollupDelta>>
  implements AnalyticsStore
{
  /** @throws InvalidDefinitionError */
  constructor(readonly definition: RollupDefinition) {
    super(definition.name);
    checkRollupDefinition(definition);
  }

  check(increment: RollupIncrement): void {
    checkIncrement(this.definition, increment);
  }

  async query(query: RollupQuery): Promise<RollupResult> {
    checkRollupQuery(this.definition, query);
    const groups = new Map<string, RollupRow>();
    for (const row of this.live().values()) {
      if (!this.isAsked(row, query)) continue;
      const bucketStartMs = bucketStart(row.bucketStartMs, query.bucketMs);
      const names = query.groupBy.map((name) => this.dimension(row, name));
      const key = rollupKey(bucketStartMs, names);
      groups.set(key, this.summed(groups.get(key), { ...row, bucketStartMs }, query));
    }
    const rows = [...groups.values()].sort((a, b) => compareRows(a, b, query.groupBy));
    return { rows: rows.slice(0, query.limit), truncated: rows.length > query.limit };
  }

  protected emptyState(): Map<string, RollupDelta> {
    return new Map();
  }

  protected write(state: Map<string, RollupDelta>, changes: readonly RollupIncrement[]): void {
    for (const delta of coalesceIncrements(this.definition, changes)) {
      const key = rollupKey(delta.bucketStartMs, delta.dimensions);
      const known = state.get(key);
      const measures = delta.measures.map((value, at) => value + (known?.measures[at] ?? 0));
      state.set(key, { ...delta, measures });
    }
  }

  protected *content(state: Map<string, RollupDelta>): Iterable<ViewRow> {
    for (const { bucketStartMs, dimensions, measures } of state.values()) {
      yield { key: rollupKey(bucketStartMs, dimensions), content: measures.join(' ') };
    }
  }

  private isAsked(row: RollupDelta, query: RollupQuery): boolean {
    const from = bucketStart(query.fromMs, this.definition.bucketMs);
    if (row.bucketStartMs < from || row.bucketStartMs >= query.toMs) return false;
    return Object.entries(query.filters ?? {}).every(([name, values]) =>
      values.includes(this.dimension(row, name)),
    );
  }

  private dimension(row: RollupDelta, name: string): string {
    return row.dimensions[this.definition.dimensions.indexOf(name)] ?? '';
  }

  private summed(sum: RollupRow | undefined, row: RollupDelta, query: RollupQuery): RollupRow {
    const measures = this.definition.measures.map(
      (name, at) => [name, (sum?.measures[name] ?? 0) + (row.measures[at] ?? 0)] as const,
    );
    const dimensions = query.groupBy.map((name) => [name, this.dimension(row, name)] as const);
    return {
      bucketStartMs: row.bucketStartMs,
      dimensions: Object.fromEntries(dimensions),
      measures: Object.fromEntries(measures),
    };
  }
}

const compareRows = (a: RollupRow, b: RollupRow, groupBy: readonly string[]): number => {
  if (a.bucketStartMs !== b.bucketStartMs) return a.bucketStartMs - b.bucketStartMs;
  for (const name of groupBy) {
    const order = compareBytes(a.dimensions[name] ?? '', b.dimensions[name] ?? '');
    if (order !== 0) return order;
  }
  return 0;
};
