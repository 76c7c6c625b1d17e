/**
 * Opens the database of the views in a folder: locked, of this log, undamaged, migrated. What is in
 * doubt is wiped, for the log holds all of it.
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { defaultMigrationsFolder, migrate } from '../migration/migrate';
import type { PgClient } from '../pg-client.port';
import { MigrationMismatchError, ViewsUnusableError } from '../views-postgres.errors';
import { lockFolder } from './folder-lock';
import { createPgliteData, PgliteClient } from './pglite-client';
import {
  bootOfMachine,
  readViewsState,
  reasonToWipe,
  VIEWS_FORMAT,
  type ViewsState,
  type WipeReason,
  writeViewsState,
} from './views-state';

/** How the views' database is opened. */
export interface OpenPgliteViewsOptions {
  /** Made if missing. */
  readonly folder: string;
  /** `incarnation` of the log that the views are made from. */
  readonly logIncarnation: string;
  /** Views were wiped; they fill again from the log. Not called for a new folder. */
  readonly onWiped?: (reason: WipeReason) => void;
  /** Folder of numbered SQL files; default: the repository's. */
  readonly migrationsFolder?: string;
}

/**
 * @returns a client; closing it gives the folder free
 * @throws ViewsInUseError another process has the folder open
 * @throws MigrationMismatchError a migration was changed after it ran
 * @throws ViewsUnusableError it does not open although newly made
 */
export const openPgliteViews = async (options: OpenPgliteViewsOptions): Promise<PgClient> => {
  const { folder } = options;
  mkdirSync(folder, { recursive: true });
  const unlock = lockFolder(folder);
  try {
    const client = (await reopened(options)) ?? (await newlyMade(options));
    return new LockedClient(client, () => {
      const state = readViewsState(folder);
      if (state?.phase === 'open') writeViewsState(folder, { ...state, phase: 'closed' });
      unlock();
    });
  } catch (error) {
    unlock();
    throw error;
  }
};

/** The database as it was left; undefined when there is none, or none to trust. */
const reopened = async (options: OpenPgliteViewsOptions): Promise<PgClient | undefined> => {
  const { folder, logIncarnation } = options;
  if (!existsSync(dataFolder(folder)) && readViewsState(folder) === undefined) return undefined;
  const reason = reasonToWipe(readViewsState(folder), {
    log: logIncarnation,
    boot: bootOfMachine(),
  });
  if (reason === undefined) {
    try {
      return await opened(options);
    } catch (error) {
      if (error instanceof MigrationMismatchError) throw error;
    }
  }
  options.onWiped?.(reason ?? 'damaged');
  return undefined;
};

const newlyMade = async (options: OpenPgliteViewsOptions): Promise<PgClient> => {
  const { folder } = options;
  try {
    writeViewsState(folder, stateOf(options, 'creating'));
    rmSync(dataFolder(folder), { recursive: true, force: true });
    await createPgliteData(dataFolder(folder));
    return await opened(options);
  } catch (error) {
    throw error instanceof MigrationMismatchError ? error : new ViewsUnusableError(folder, error);
  }
};

const opened = async (options: OpenPgliteViewsOptions): Promise<PgClient> => {
  const { folder, migrationsFolder = defaultMigrationsFolder } = options;
  const client = new PgliteClient({
    dataFolder: dataFolder(folder),
    onDamaged: () => writeViewsState(folder, stateOf(options, 'damaged')),
  });
  try {
    await migrate(client, migrationsFolder);
    writeViewsState(folder, stateOf(options, 'open'));
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
};

const dataFolder = (folder: string): string => join(folder, 'pg');

const stateOf = (options: OpenPgliteViewsOptions, phase: ViewsState['phase']): ViewsState => ({
  format: VIEWS_FORMAT,
  log: options.logIncarnation,
  phase,
  boot: bootOfMachine(),
});

class LockedClient implements PgClient {
  readonly query: PgClient['query'];
  readonly transaction: PgClient['transaction'];
  #closing: Promise<void> | undefined;

  constructor(
    private readonly client: PgClient,
    private readonly onClosed: () => void,
  ) {
    this.query = (text, params) => client.query(text, params);
    this.transaction = (work) => client.transaction(work);
  }

  close(): Promise<void> {
    this.#closing ??= this.client.close().then(this.onClosed);
    return this.#closing;
  }
}
