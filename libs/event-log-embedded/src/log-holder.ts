/**
 * Who has a log open. LevelDB's LOCK decides who may; the file beside it only names the holder, so
 * that a refused process, or a command line, can say and reach it.
 */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

const HOLDER_FILE = 'holder.json';

/** The process that has a log open. */
export interface LogHolder {
  readonly pid: number;
  /** What was started, for people. */
  readonly command: string;
  /** RFC 3339, UTC. */
  readonly startedAt: string;
  /** Where it answers HTTP, when it does: `http://host:port`. */
  readonly address?: string;
}

/**
 * The process that has the log in this folder open, by the file that it wrote.
 *
 * @returns undefined when there is no such file, it cannot be read, or its process is gone
 */
export const readLogHolder = async (folder: string): Promise<LogHolder | undefined> => {
  const holder = await readHolderFile(folder);
  return holder !== undefined && isAlive(holder.pid) ? holder : undefined;
};

/** Writes the file; the caller holds the LOCK. */
export const writeLogHolder = async (folder: string, holder: LogHolder): Promise<void> => {
  const target = path.join(folder, HOLDER_FILE);
  await writeFile(`${target}.new`, `${JSON.stringify(holder)}\n`);
  await rename(`${target}.new`, target);
};

/** Removes the file; call it before the LOCK is given back. */
export const removeLogHolder = (folder: string): Promise<void> =>
  rm(path.join(folder, HOLDER_FILE), { force: true });

/** The holder of a folder in words. */
export const holderOf = async (folder: string): Promise<string> => {
  const holder = await readLogHolder(folder);
  return holder === undefined ? 'another process' : holderText(holder);
};

/** A holder in words: `process 12 (millrace up, since …) at http://…`. */
export const holderText = ({ pid, command, startedAt, address }: LogHolder): string => {
  const where = address === undefined ? '' : ` at ${address}`;
  return `process ${pid} (${command}, since ${startedAt})${where}`;
};

const readHolderFile = async (folder: string): Promise<LogHolder | undefined> => {
  try {
    return parsed(JSON.parse(await readFile(path.join(folder, HOLDER_FILE), 'utf8')));
  } catch {
    return undefined;
  }
};

const parsed = (found: unknown): LogHolder | undefined => {
  if (typeof found !== 'object' || found === null) return undefined;
  const pid = 'pid' in found ? found.pid : undefined;
  const command = 'command' in found ? found.command : undefined;
  const startedAt = 'startedAt' in found ? found.startedAt : undefined;
  const address = 'address' in found ? found.address : undefined;
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return undefined;
  if (typeof command !== 'string' || typeof startedAt !== 'string') return undefined;
  return typeof address === 'string'
    ? { pid, command, startedAt, address }
    : { pid, command, startedAt };
};

// Signal 0 only asks; EPERM means that the process exists and belongs to somebody else.
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};
