/** One process at a time: a lock file with the holder's pid; one whose holder is gone is broken. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { GaveUpError, poll } from '../poll';
import { commandLineOf } from '../processes/process-table';
import { say } from '../progress';

/** What is locked. */
export interface Lock {
  readonly file: string;
  /** For the error's text: what the holder is doing. */
  readonly what: string;
  /** Time to wait for the holder, ms. */
  readonly deadlineMs: number;
}

/** @throws GaveUpError when the holder does not finish in time */
export const withLock = async <Result>(
  { file, what, deadlineMs }: Lock,
  work: () => Promise<Result>,
): Promise<Result> => {
  if (!tryLock(file)) {
    say(`waits for another process: ${what}`);
    await poll(async () => (tryLock(file) ? true : undefined), {
      what: `${what}, by another process (${file})`,
      deadlineMs,
      everyMs: 200,
    });
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
};

const tryLock = (file: string): boolean => {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (!existsSync(file) && !isTaken(error)) throw new GaveUpError(`${file}: ${error}`, error);
    const holder = existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : 0;
    if (Number.isNaN(holder)) return false;
    if (holder === 0 || commandLineOf(holder) === undefined) rmSync(file, { force: true });
    return false;
  }
};

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EEXIST';
