/**
 * A lock file: PGlite has none, and two processes on one folder lose rows in silence.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ViewsInUseError } from '../views-postgres.errors';

/** Ends the lock. Idempotent. */
export type Unlock = () => void;

interface Holder {
  readonly pid: number;
  /** When the process began, by the kernel's count: pids come again. Empty where unknown. */
  readonly began: string;
  readonly token: string;
}

const held = new Set<string>();
const TRIES = 5;

/**
 * Locks a folder for this process, until unlocked or until the process has ended in any way.
 *
 * @param folder exists
 * @throws ViewsInUseError a living process, or this one, holds it
 */
export const lockFolder = (folder: string): Unlock => {
  const path = resolve(folder, 'LOCK');
  const holder: Holder = { pid: process.pid, began: beganAt(process.pid), token: randomUUID() };
  const own = join(folder, `LOCK.${holder.token}`);
  writeFileSync(own, JSON.stringify(holder));
  try {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      if (linked(own, path)) {
        held.add(path);
        return () => unlock(path, holder.token);
      }
      removeStale(path, folder);
    }
    throw new ViewsInUseError(folder, 'processes that race for it');
  } finally {
    rmSync(own, { force: true });
  }
};

const linked = (own: string, path: string): boolean => {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
};

/** Sets aside the lock of a process that has ended; who loses a race for it puts it back. */
const removeStale = (path: string, folder: string): void => {
  const holder = holderOf(path);
  if (holder === undefined) return;
  if (held.has(path)) throw new ViewsInUseError(folder, 'this process');
  const lives = holder.pid !== process.pid && beganAt(holder.pid) === holder.began;
  if (lives && isAlive(holder.pid)) throw new ViewsInUseError(folder, `process ${holder.pid}`);
  const aside = join(folder, `LOCK.stale.${randomUUID()}`);
  renameSync(path, aside);
  if (holderOf(aside)?.token !== holder.token) linked(aside, path);
  rmSync(aside, { force: true });
};

const unlock = (path: string, token: string): void => {
  if (!held.has(path) || holderOf(path)?.token !== token) return;
  held.delete(path);
  rmSync(path, { force: true });
};

const holderOf = (path: string): Holder | undefined => {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { pid: 0, began: '', token: '' };
  }
};

const isAlive = (pid: number): boolean => {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
};

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

/** Field 22 of /proc/<pid>/stat, counted behind the name, which may hold blanks. */
const beganAt = (pid: number): string => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
};
