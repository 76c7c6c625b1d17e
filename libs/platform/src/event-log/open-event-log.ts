/**
 * The event log that the configuration names.
 */
import path from 'node:path';
import type { Clock, EventLog } from '@millrace/event-log';
import { openEmbeddedLog } from '@millrace/event-log-embedded';
import type { Config } from '../config/load-config';

/** An open log that can tell others where its process answers. */
export interface OpenedLog extends EventLog {
  /** Written beside the log: a second process on the folder is given this address. */
  describeHolder(details: { readonly address: string }): Promise<void>;
}

/** Folder of the log within the data folder. */
export const logFolder = (config: Pick<Config, 'dataDir'>): string =>
  path.join(config.dataDir, 'log');

/**
 * Opens the log: embedded mode keeps it in `<MILLRACE_DATA>/log`.
 *
 * @param command named to a second process that finds the folder in use
 * @throws LogInUseError, LogStorageFullError, LogDamagedError and others of the adapter
 */
export const openEventLog = (
  config: Pick<Config, 'dataDir'>,
  parts: { readonly clock: Clock; readonly command: string },
): Promise<OpenedLog> =>
  openEmbeddedLog({ folder: logFolder(config), clock: parts.clock, command: parts.command });
