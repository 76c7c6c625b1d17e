/**
 * The list of engines that ought to end with their owner. Each entry is a file, so that the next
 * start can end what a crashed owner left behind; only processes whose command line still matches
 * are touched.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { enginesFolder } from '../cache/cached-folder';
import { say } from '../progress';
import { pidOf } from './engine-process';
import { commandLineOf } from './process-table';

const entrySchema = z
  .object({
    owner: z.object({ pid: z.number().int(), commandLine: z.string() }),
    engines: z.array(z.object({ name: z.string(), pidFile: z.string(), marker: z.string() })),
    /** Removed with them: the throw-away data folder. */
    folder: z.string().optional(),
  })
  .readonly();

type Entry = z.infer<typeof entrySchema>;

/** What an owner starts together. */
export type OwnedEngines = Omit<Entry, 'owner'>;

const folderOfEntries = (): string => join(enginesFolder(), 'running');

/**
 * Enters engines before they are started; they are killed when this process exits.
 *
 * @returns takes them off the list, when they have been stopped
 */
export const ownEngines = (engines: OwnedEngines): (() => void) => {
  const owner = { pid: process.pid, commandLine: commandLineOf(process.pid) ?? '' };
  const entry: Entry = { owner, ...engines };
  const file = join(folderOfEntries(), `${randomUUID()}.json`);
  mkdirSync(folderOfEntries(), { recursive: true });
  writeFileSync(file, JSON.stringify(entry));
  mine.set(file, entry);
  endMineOnExit();
  return () => {
    mine.delete(file);
    rmSync(file, { force: true });
  };
};

const mine = new Map<string, Entry>();
let prepared = false;

const endMineOnExit = (): void => {
  if (prepared) return;
  prepared = true;
  process.once('exit', endMine);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, endBySignal);
};

/** Where somebody else handles the signal, the engines end when the process exits. */
const endBySignal = (signal: NodeJS.Signals): void => {
  if (process.listenerCount(signal) > 1) return;
  endMine();
  process.removeListener(signal, endBySignal);
  process.kill(process.pid, signal);
};

const endMine = (): void => {
  for (const [file, entry] of mine) endEntry(entry, file);
  mine.clear();
};

/** Ends the engines of owners that are gone. */
export const endOrphans = (): void => {
  for (const { file, entry } of entries()) {
    if (entry === undefined) rmSync(file, { force: true });
    else if (commandLineOf(entry.owner.pid) !== entry.owner.commandLine) endEntry(entry, file);
  }
};

const entries = (): readonly { readonly file: string; readonly entry: Entry | undefined }[] => {
  mkdirSync(folderOfEntries(), { recursive: true });
  return readdirSync(folderOfEntries()).map((name) => {
    const file = join(folderOfEntries(), name);
    return { file, entry: readEntry(file) };
  });
};

const readEntry = (file: string): Entry | undefined => {
  try {
    return entrySchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
};

const endEntry = ({ engines, folder }: Entry, file: string): void => {
  for (const engine of engines) {
    const pid = pidOf(engine);
    if (pid === undefined) continue;
    say(`${engine.name} (pid ${pid}) is ended with its owner`);
    process.kill(pid, 'SIGKILL');
  }
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  rmSync(file, { force: true });
};
