/**
 * What the stores need of Postgres. Small, so that PGlite and a server's pool both fit.
 */

/** Text, number, boolean or null; wider types travel as text and are cast in the statement. */
export type PgValue = string | number | boolean | null;

/** A row by column name; `bigint` columns come as number, bigint or text, see `numberOf`. */
export type PgRow = Readonly<Record<string, unknown>>;

/** Answer of one statement. */
export interface PgResult {
  readonly rows: readonly PgRow[];
  /** Rows inserted, updated or deleted by the statement itself. */
  readonly affected: number;
}

/** Runs statements. */
export interface PgSession {
  /**
   * One statement with parameters $1, $2, …
   *
   * @throws StatementFailedError the database refused it; `sqlState` says why
   * @throws StoreUnavailableError nothing is known about the outcome
   */
  query(text: string, params?: readonly PgValue[]): Promise<PgResult>;
}

/** A database. Statements run one after the other or side by side, as the adapter can. */
export interface PgClient extends PgSession {
  /** All statements of `work` or none; rolls back when it throws. */
  transaction<T>(work: (session: PgSession) => Promise<T>): Promise<T>;
  /** Idempotent. */
  close(): Promise<void>;
}
