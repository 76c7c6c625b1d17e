/**
 * A command speaks HTTP to the process that runs on its data folder. When none runs, it starts the
 * system itself on any free port, works, and stops it again.
 */
import { existsSync } from 'node:fs';
import { FolderEmptyError, ProcessUnreachableError } from './cli.errors';
import { type DataFolder, logFolder } from './data-folder';
import { OperatorClient } from './operator-client';

/** A system that was started here. */
export interface StartedSystem {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the system on a data folder. */
export type StartForCommand = (options: {
  readonly folder: string;
  readonly port: number;
  readonly command: string;
}) => Promise<StartedSystem>;

/** A system that answers. */
export interface ReachedSystem {
  readonly client: OperatorClient;
  /** Stops it if it was started here. */
  close(): Promise<void>;
}

/** How a system is reached. */
export interface ReachOptions {
  /** Whether an empty folder is fine. Default false. */
  readonly create?: boolean;
  readonly command?: string;
}

/**
 * @throws FolderEmptyError there is no data, and the command does not make any
 * @throws ProcessUnreachableError a process holds the folder and has no address yet
 */
export const reachSystem = async (
  folder: DataFolder,
  start: StartForCommand,
  options: ReachOptions = {},
): Promise<ReachedSystem> => {
  const { holder, path } = folder;
  if (holder !== undefined) {
    const who = `process ${holder.pid} (${holder.command})`;
    if (holder.address === undefined) throw new ProcessUnreachableError(path, who);
    return { client: new OperatorClient(holder.address, path), close: async () => undefined };
  }
  if (options.create !== true && !existsSync(logFolder(path))) throw new FolderEmptyError(path);
  const system = await start({ folder: path, port: 0, command: options.command ?? 'millrace' });
  return { client: new OperatorClient(system.url, path), close: () => system.close() };
};
