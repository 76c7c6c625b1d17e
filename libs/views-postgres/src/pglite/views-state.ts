/**
 * What is known about a folder of views without opening its database, and what follows from it.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Why views were wiped. They are made again from the log. */
export type WipeReason =
  /** The log is another one, or was made anew: positions in it mean nothing here. */
  | 'other-log'
  /** The machine went down while the views were open, and they are not power-safe. */
  | 'machine-restarted'
  /** The database found damage, or did not open. */
  | 'damaged'
  /** Made by another release of the database, or never finished. */
  | 'not-ours';

/** State of a folder, as stored in `views.json`. */
export interface ViewsState {
  readonly format: string;
  /** Incarnation of the log that the views are made from. */
  readonly log: string;
  readonly phase: 'creating' | 'open' | 'closed' | 'damaged';
  /** The machine's boot when it was opened; empty where unknown. */
  readonly boot: string;
}

/** Data of another format is not opened. */
export const VIEWS_FORMAT = 'pglite-0.5.16/1';

/** @returns why the data must go; undefined when it may be opened */
export const reasonToWipe = (
  state: ViewsState | undefined,
  now: { readonly log: string; readonly boot: string },
): WipeReason | undefined => {
  if (state === undefined || state.format !== VIEWS_FORMAT) return 'not-ours';
  if (state.phase === 'creating') return 'not-ours';
  if (state.log !== now.log) return 'other-log';
  if (state.phase === 'damaged') return 'damaged';
  const sameBoot = state.boot !== '' && state.boot === now.boot;
  return state.phase === 'open' && !sameBoot ? 'machine-restarted' : undefined;
};

/** @returns undefined when there is none, or none that can be read */
export const readViewsState = (folder: string): ViewsState | undefined => {
  try {
    return JSON.parse(readFileSync(join(folder, 'views.json'), 'utf8'));
  } catch {
    return undefined;
  }
};

/** Written beside and renamed: it is there whole, or as it was. */
export const writeViewsState = (folder: string, state: ViewsState): void => {
  const path = join(folder, 'views.json');
  writeFileSync(`${path}.new`, JSON.stringify(state));
  renameSync(`${path}.new`, path);
};

/** Names the machine's boot; empty where the system has no such name. */
export const bootOfMachine = (): string => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
};
