/**
 * A rollup on Postgres: one row per bucket and dimensions, sums added in place.
 */
import {
  type AnalyticsStore,
  bucketStart,
  checkIncrement,
  checkRollupDefinition,
  checkRollupQuery,
  coalesceIncrements,
  type RollupDefinition,
  type RollupIncrement,
  type RollupQuery,
  type RollupResult,
  type RollupRow,
  type RowPage,
  type ViewRow,
} from '@millrace/projections';
import type { PgClient, PgRow, PgValue } from '../pg-client.port';
import type { OpenStoreOptions } from '../search/postgres-search-index';
import { columnArray, columnText } from '../store/column-text';
import {
  movedCheckpoint,
  PostgresViewStore,
  type WriteStatement,
} from '../store/postgres-view-store';
import { numberOf, quoted, textOf } from '../store/row-values';
import { Upkeep } from '../store/upkeep';

/** Rollup of one definition in a database. Several stores may share a client. */
export class PostgresAnalyticsStore
  extends PostgresViewStore<RollupIncrement>
  implements AnalyticsStore
{
  readonly #dimensions: readonly string[];
  readonly #measures: readonly string[];
  readonly #upkeep: Upkeep;

  private constructor(
    client: PgClient,
    readonly definition: RollupDefinition,
  ) {
    super(definition.name, client, JSON.stringify(definition));
    this.#dimensions = definition.dimensions.map(quoted);
    this.#measures = definition.measures.map(quoted);
    this.#upkeep = new Upkeep(client, { table: 'rollup' });
  }

  /**
   * Opens the rollup and makes its table if it is missing.
   *
   * @throws InvalidDefinitionError
   */
  static async open(
    client: PgClient,
    definition: RollupDefinition,
    options: OpenStoreOptions = {},
  ): Promise<PostgresAnalyticsStore> {
    checkRollupDefinition(definition);
    const store = new PostgresAnalyticsStore(client, definition);
    if (await store.prepare()) options.onReset?.(definition.name);
    return store;
  }

  check(increment: RollupIncrement): void {
    checkIncrement(this.definition, increment);
  }

  async query(query: RollupQuery): Promise<RollupResult> {
    checkRollupQuery(this.definition, query);
    const rows = await this.askLive(async (schema) => {
      const { text, params } = this.#question(schema, query);
      return (await this.client.query(text, params)).rows;
    });
    return {
      rows: rows.slice(0, query.limit).map((row) => this.#rowOf(row, query.groupBy)),
      truncated: rows.length > query.limit,
    };
  }

  /** Ends upkeep; the client stays open. */
  close(): void {
    this.#upkeep.stop();
  }

  protected tables(schema: string): readonly string[] {
    const dimensions = this.#dimensions.map((column) => `${column} text collate "C" not null`);
    const measures = this.#measures.map((column) => `${column} bigint not null`);
    return [
      `create table ${schema}.rollup (
         bucket bigint not null, ${[...dimensions, ...measures].join(', ')},
         primary key (bucket, ${this.#dimensions.join(', ')})
       ) with (fillfactor = 50)`,
    ];
  }

  protected writeOf(schema: string, changes: readonly RollupIncrement[]): WriteStatement {
    const deltas = coalesceIncrements(this.definition, changes);
    const params = [
      columnText(deltas.map(({ bucketStartMs }) => bucketStartMs)),
      ...this.#dimensions.map((_, at) => columnText(deltas.map((d) => d.dimensions[at] ?? null))),
      ...this.#measures.map((_, at) => columnText(deltas.map((d) => d.measures[at] ?? 0))),
    ];
    return { text: this.#writeText(schema), params };
  }

  protected async page(schema: string, page: RowPage): Promise<readonly ViewRow[]> {
    const parts = ['bucket::text', ...this.#dimensions].join(', ');
    const { rows } = await this.client.query(
      `select key, content from (
         select concat_ws(E'\\x1f', ${parts}) collate "C" as key,
                concat_ws(' ', ${this.#measures.join(', ')}) as content
           from ${schema}.rollup) as sums
        where key > $1 order by key limit ${Math.trunc(page.limit)}`,
      [page.afterKey ?? ''],
    );
    return rows.map((row) => ({ key: textOf(row, 'key'), content: textOf(row, 'content') }));
  }

  protected override wrote(generation: number, changes: number): void {
    this.#upkeep.wrote(this.schema(generation), changes);
  }

  #writeText(schema: string): string {
    const columns = ['bucket', ...this.#dimensions, ...this.#measures];
    const types = [
      'bigint',
      ...this.#dimensions.map(() => 'text'),
      ...this.#measures.map(() => 'bigint'),
    ];
    const arrays = types.map((type, at) => columnArray(at + 1, type));
    const added = this.#measures.map(
      (column) => `${column} = stored.${column} + excluded.${column}`,
    );
    return `with ${movedCheckpoint(columns.length + 1)},
       batch (${columns.join(', ')}) as (select * from unnest(${arrays.join(', ')})),
       written as (
         insert into ${schema}.rollup as stored (${columns.join(', ')})
         select * from batch where exists (select 1 from moved)
         on conflict (bucket, ${this.#dimensions.join(', ')}) do update set ${added.join(', ')}
       )
       select count(*) as moved from moved`;
  }

  #question(schema: string, query: RollupQuery): { text: string; params: readonly PgValue[] } {
    const { bucketMs, groupBy, filters = {}, limit } = query;
    const from = bucketStart(query.fromMs, this.definition.bucketMs);
    const params: PgValue[] = [String(from), String(query.toMs), String(bucketMs)];
    const conditions = Object.entries(filters).map(([name, values]) => {
      params.push(columnText(values));
      return ` and ${quoted(name)} = any(${columnArray(params.length, 'text')})`;
    });
    const groups = groupBy.map(quoted);
    const sums = this.#measures.map((column) => `sum(${column})::bigint as ${column}`);
    const grouped = ['bucket_start', ...groups].join(', ');
    const text = `select ${[...groups, ...sums].join(', ')},
        bucket - ((bucket % $3::bigint) + $3::bigint) % $3::bigint as bucket_start
      from ${schema}.rollup
      where bucket >= $1::bigint and bucket < $2::bigint${conditions.join('')}
      group by ${grouped} order by ${grouped} limit ${limit + 1}`;
    return { text, params };
  }

  #rowOf(row: PgRow, groupBy: readonly string[]): RollupRow {
    return {
      bucketStartMs: numberOf(row, 'bucket_start'),
      dimensions: Object.fromEntries(groupBy.map((name) => [name, textOf(row, name)])),
      measures: Object.fromEntries(
        this.definition.measures.map((name) => [name, numberOf(row, name)]),
      ),
    };
  }
}
