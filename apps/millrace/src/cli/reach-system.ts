/**
 * A command speaks HTTP to the process that runs on its data folder. When none runs, it starts the
 * system itself on any free port, works, and stops it again.
 */
import { logOfFolder } from '@millrace/platform';
import { FolderEmptyError, ProcessUnreachableError } from './cli.errors';
import type { DataFolder } from './data-folder';
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
  readonly log?: string;
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
  /** Log to start on when no process runs: `--log`, else `MILLRACE_LOG`. */
  readonly log?: string | undefined;
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
  const { create = false, command = 'millrace', log = process.env['MILLRACE_LOG'] } = options;
  // A log on Kafka may be full although nobody has made views of it in this folder.
  const isElsewhere = log?.startsWith('kafka:') === true;
  if (!create && !isElsewhere && logOfFolder(path) === undefined) throw new FolderEmptyError(path);
  const choice = log === undefined ? {} : { log };
  const system = await start({ folder: path, port: 0, command, ...choice });
  return { client: new OperatorClient(system.url, path), close: () => system.close() };
};
