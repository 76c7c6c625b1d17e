/**
 * Generations as schemas, checkpoints as rows, and the atomic step as one statement: it moves the
 * checkpoint if it stands where it should, and writes rows only if it has moved it. A rival waits
 * on the checkpoint's row and then finds that it has moved.
 */
import {
  type ApplyOutcome,
  type BlockedSubject,
  type Generation,
  GenerationGoneError,
  GenerationLiveError,
  type LaneBatch,
  type LaneCheckpoint,
  type RowPage,
  type ViewRow,
  type ViewStore,
} from '@millrace/projections';
import type { PgClient, PgRow, PgSession, PgValue } from '../pg-client.port';
import { StatementFailedError } from '../views-postgres.errors';
import { numberOf, quoted, textOf } from './row-values';

/**
 * The move of a checkpoint, as a common table expression `moved` of one row or none. Parameters
 * from `$first`: view, generation, lane, expected, next, blocked (null = as it was).
 */
export const movedCheckpoint = (first: number): string =>
  `moved as (
     update millrace.checkpoint
        set next = $${first + 4}::bigint, blocked = coalesce($${first + 5}::text, blocked)
      where view = $${first}::text and generation = $${first + 1}::integer
        and lane = $${first + 2}::integer and next = $${first + 3}::bigint
     returning 1
   )`;

/** A statement that writes a batch's changes if the checkpoint moves; answers `moved`, 0 or 1. */
export interface WriteStatement {
  readonly text: string;
  /** Without those of the checkpoint, which follow. */
  readonly params: readonly PgValue[];
}

/** Base of the stores in Postgres. */
export abstract class PostgresViewStore<Change> implements ViewStore<Change> {
  #live: Promise<number> | undefined;

  protected constructor(
    readonly view: string,
    protected readonly client: PgClient,
    /** Says which tables a generation has: another definition needs other tables. */
    private readonly fingerprint: string,
  ) {}

  abstract check(change: Change): void;
  /** Statements that make the tables of a generation, in its schema. */
  protected abstract tables(schema: string): readonly string[];
  protected abstract writeOf(schema: string, changes: readonly Change[]): WriteStatement;
  protected abstract page(schema: string, page: RowPage): Promise<readonly ViewRow[]>;
  /** Called after each write, with the number of changes. */
  protected wrote(_generation: number, _changes: number): void {}

  /**
   * Makes the first generation, or, if the live one was made for another definition, drops all
   * and begins anew.
   *
   * @returns whether a former definition's data was dropped
   */
  protected async prepare(): Promise<boolean> {
    const { rows } = await this.client.query(
      'select generation, definition from millrace.generation where view = $1 order by generation',
      [this.view],
    );
    const generations = rows.map((row) => numberOf(row, 'generation'));
    if (rows.some((row) => textOf(row, 'definition') !== this.fingerprint)) {
      await this.client.transaction(async (session) => {
        for (const generation of generations) await this.#drop(session, generation);
        await this.#create(session, (generations.at(-1) ?? 0) + 1, true);
      });
      return true;
    }
    if (rows.length === 0)
      await this.client.transaction((session) => this.#create(session, 1, true));
    return false;
  }

  async generations(): Promise<readonly Generation[]> {
    const { rows } = await this.client.query(
      'select generation, live from millrace.generation where view = $1 order by generation',
      [this.view],
    );
    return rows.map((row) => ({
      generation: numberOf(row, 'generation'),
      live: row['live'] === true,
    }));
  }

  async checkpoints(generation: number): Promise<readonly LaneCheckpoint[]> {
    const { rows } = await this.client.query(
      `select lane, next, blocked from millrace.checkpoint
        where view = $1 and generation = $2 order by lane`,
      [this.view, generation],
    );
    if (rows.length === 0) await this.#requireGeneration(generation);
    return rows.map(checkpointOf);
  }

  async apply(batch: LaneBatch<Change>): Promise<ApplyOutcome> {
    for (const change of batch.changes) this.check(change);
    const { generation, lane, expectedNext, next, blocked } = batch;
    if (expectedNext === 0) await this.#ensureCheckpoint(generation, lane);
    const write = this.writeOf(this.schema(generation), batch.changes);
    const blockedText = blocked === undefined ? null : JSON.stringify(blocked);
    const place = [this.view, generation, lane, expectedNext, next, blockedText];
    const { rows } = await this.#ofGeneration(generation, () =>
      this.client.query(write.text, [...write.params, ...place]),
    );
    if (rows[0] !== undefined && numberOf(rows[0], 'moved') === 1) {
      this.wrote(generation, batch.changes.length);
      return { kind: 'applied' };
    }
    const stands = (await this.checkpoints(generation)).find((one) => one.lane === lane);
    return { kind: 'conflict', next: stands?.next ?? 0 };
  }

  createGeneration(): Promise<number> {
    return this.client.transaction(async (session) => {
      const { rows } = await session.query(
        'select max(generation) as newest from millrace.generation where view = $1',
        [this.view],
      );
      const generation = rows[0] === undefined ? 1 : numberOf(rows[0], 'newest') + 1;
      await this.#create(session, generation, false);
      return generation;
    });
  }

  async promote(generation: number): Promise<void> {
    await this.client.transaction(async (session) => {
      await session.query('update millrace.generation set live = false where view = $1 and live', [
        this.view,
      ]);
      const { affected } = await session.query(
        'update millrace.generation set live = true where view = $1 and generation = $2',
        [this.view, generation],
      );
      if (affected !== 1) throw new GenerationGoneError(this.view, generation);
    });
    this.#live = undefined;
  }

  dropGeneration(generation: number): Promise<void> {
    return this.client.transaction(async (session) => {
      const { rows } = await session.query(
        'select live from millrace.generation where view = $1 and generation = $2',
        [this.view, generation],
      );
      if (rows[0]?.['live'] === true) throw new GenerationLiveError(this.view, generation);
      if (rows.length > 0) await this.#drop(session, generation);
    });
  }

  rows(generation: number, page: RowPage): Promise<readonly ViewRow[]> {
    return this.#ofGeneration(generation, () => this.page(this.schema(generation), page));
  }

  /** Quoted schema of a generation's tables. */
  protected schema(generation: number): string {
    return quoted(`${this.view}_${generation}`);
  }

  /**
   * Asks the live generation. Which one that is, is kept; a swap by another process is noticed by
   * its tables being gone.
   */
  protected async askLive<T>(ask: (schema: string) => Promise<T>): Promise<T> {
    this.#live ??= this.#liveGeneration();
    try {
      return await ask(this.schema(await this.#live));
    } catch (error) {
      this.#live = undefined;
      if (!isTableMissing(error)) throw error;
      return ask(this.schema(await this.#liveGeneration()));
    }
  }

  async #liveGeneration(): Promise<number> {
    const live = (await this.generations()).find((generation) => generation.live);
    if (live === undefined) throw new GenerationGoneError(this.view, 0);
    return live.generation;
  }

  async #create(session: PgSession, generation: number, live: boolean): Promise<void> {
    const schema = this.schema(generation);
    await session.query(`create schema ${schema}`);
    for (const statement of this.tables(schema)) await session.query(statement);
    await session.query('insert into millrace.generation values ($1, $2, $3, $4)', [
      this.view,
      generation,
      live,
      this.fingerprint,
    ]);
  }

  async #drop(session: PgSession, generation: number): Promise<void> {
    await session.query(`drop schema if exists ${this.schema(generation)} cascade`);
    await session.query('delete from millrace.generation where view = $1 and generation = $2', [
      this.view,
      generation,
    ]);
  }

  async #ensureCheckpoint(generation: number, lane: number): Promise<void> {
    await this.client.query(
      `insert into millrace.checkpoint
       select view, generation, $3::integer, 0, '[]' from millrace.generation
        where view = $1::text and generation = $2::integer
       on conflict do nothing`,
      [this.view, generation, lane],
    );
  }

  async #requireGeneration(generation: number): Promise<void> {
    const known = await this.generations();
    if (known.some((one) => one.generation === generation)) return;
    throw new GenerationGoneError(this.view, generation);
  }

  async #ofGeneration<T>(generation: number, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (isTableMissing(error)) throw new GenerationGoneError(this.view, generation);
      throw error;
    }
  }
}

const isTableMissing = (error: unknown): boolean =>
  error instanceof StatementFailedError && ['42P01', '3F000'].includes(error.sqlState);

const checkpointOf = (row: PgRow): LaneCheckpoint => ({
  lane: numberOf(row, 'lane'),
  next: numberOf(row, 'next'),
  blocked: blockedOf(textOf(row, 'blocked')),
});

const blockedOf = (text: string): readonly BlockedSubject[] => JSON.parse(text);
