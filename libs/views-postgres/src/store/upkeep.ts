/**
 * What autovacuum would do (PGlite has none), in quiet moments: sorts waiting words into their
 * index, frees dead rows, and tells the planner how large a table is.
 */
import type { PgClient } from '../pg-client.port';

const LOOK_EVERY_MS = 2_000;
/** More changes than this since the last look: the words are left to the bound of their list. */
const BUSY_CHANGES = 6_000;
/** Not more than this since the last look: time for a vacuum, which holds others up for a second. */
const QUIET_CHANGES = 200;
const FIRST_VACUUM_CHANGES = 20_000;

/** Table to keep, and its GIN index if it has one; both within each generation's schema. */
export interface UpkeepTarget {
  readonly table: string;
  readonly ginIndex?: string;
}

interface Written {
  sinceLook: number;
  sinceMerge: number;
  sinceVacuum: number;
  vacuumed: number;
}

/** Upkeep of one store. A failure is left for the next look: it costs speed, never rows. */
export class Upkeep {
  readonly #written = new Map<string, Written>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly client: PgClient,
    private readonly target: UpkeepTarget,
  ) {}

  wrote(schema: string, changes: number): void {
    const none = { sinceLook: 0, sinceMerge: 0, sinceVacuum: 0, vacuumed: 0 };
    const written = this.#written.get(schema) ?? none;
    written.sinceLook += changes;
    written.sinceMerge += changes;
    written.sinceVacuum += changes;
    this.#written.set(schema, written);
    this.#lookLater();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#written.clear();
  }

  #lookLater(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => void this.#look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    for (const [schema, written] of this.#written) {
      const changes = written.sinceLook;
      written.sinceLook = 0;
      if (changes > BUSY_CHANGES) continue;
      const quiet = changes <= QUIET_CHANGES;
      await this.#tend(schema, written, quiet).catch(() => this.#written.delete(schema));
    }
    this.#timer = undefined;
    const waits = [...this.#written.values()].some(
      ({ sinceMerge, sinceVacuum }) => sinceMerge > 0 || sinceVacuum >= FIRST_VACUUM_CHANGES,
    );
    if (waits) this.#lookLater();
  }

  async #tend(schema: string, written: Written, quiet: boolean): Promise<void> {
    const { table, ginIndex } = this.target;
    const worth = written.sinceVacuum >= Math.max(FIRST_VACUUM_CHANGES, written.vacuumed / 2);
    if (quiet && worth) {
      written.vacuumed += written.sinceVacuum;
      written.sinceVacuum = 0;
      written.sinceMerge = 0;
      await this.client.query(`vacuum (analyze) ${schema}.${table}`);
    } else if (written.sinceMerge > 0) {
      written.sinceMerge = 0;
      if (ginIndex === undefined) return;
      await this.client.query('select gin_clean_pending_list($1::regclass)', [
        `${schema}.${ginIndex}`,
      ]);
    }
  }
}
