/**
 * Numbered SQL files, forward only: each runs once, in a transaction with the note that it ran.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PgClient } from '../pg-client.port';
import { numberOf, textOf } from '../store/row-values';
import { MigrationMismatchError } from '../views-postgres.errors';

/** `migrations/` of the repository, from sources and from dist alike. */
export const defaultMigrationsFolder = join(__dirname, '..', '..', '..', '..', 'migrations');

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

const FILE = /^(\d{4})-[a-z0-9-]+\.sql$/;

/**
 * Brings the database to the newest migration.
 *
 * @param folder holds `NNNN-name.sql`, numbered from 0001 without a gap; statements end with `;`
 *   at the end of a line
 * @returns numbers of the migrations that ran now
 * @throws MigrationMismatchError one that ran was changed, is missing, or a number is missing
 */
export const migrate = async (client: PgClient, folder: string): Promise<readonly number[]> => {
  const migrations = readMigrations(folder);
  await client.query('create schema if not exists millrace');
  await client.query(
    `create table if not exists millrace.migration
       (number integer primary key, name text not null, checksum text not null)`,
  );
  const { rows } = await client.query('select number, checksum from millrace.migration');
  const seen = new Map(rows.map((row) => [numberOf(row, 'number'), textOf(row, 'checksum')]));
  for (const number of seen.keys()) {
    const migration = migrations[number - 1];
    if (migration === undefined) throw new MigrationMismatchError(`migration ${number} is missing`);
    if (migration.checksum !== seen.get(number)) {
      throw new MigrationMismatchError(`${migration.name} was changed after it ran`);
    }
  }
  const missing = migrations.filter(({ number }) => !seen.has(number));
  for (const migration of missing) await run(client, migration);
  return missing.map(({ number }) => number);
};

const readMigrations = (folder: string): readonly Migration[] =>
  readdirSync(folder)
    .filter((name) => FILE.test(name))
    .sort()
    .map((name, index) => {
      const number = Number(name.slice(0, 4));
      if (number !== index + 1) throw new MigrationMismatchError(`no migration ${index + 1}`);
      const sql = readFileSync(join(folder, name), 'utf8');
      return { number, name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });

const run = (client: PgClient, migration: Migration): Promise<void> =>
  client.transaction(async (session) => {
    for (const statement of statementsOf(migration.sql)) await session.query(statement);
    const { number, name, checksum } = migration;
    await session.query('insert into millrace.migration values ($1, $2, $3)', [
      number,
      name,
      checksum,
    ]);
  });

const statementsOf = (sql: string): readonly string[] =>
  sql
    .split(/;[ \t]*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement.replace(/^\s*--.*$/gm, '').trim() !== '');
