/**
 * A database that was made once and is copied from then on: making one takes several seconds of CPU,
 * copying it a fraction of one. It lies beside the installed packages and belongs to one version of
 * PGlite, so an installation of another version makes its own.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Makes a database in an empty or missing folder, from nothing. */
export type MakeDatabase = (dataFolder: string) => Promise<void>;

/** Where the template of the installed PGlite lies; it may not be there yet. */
export const templateFolder = (): string => {
  const entry = require.resolve('@electric-sql/pglite');
  const packageRoot = dirname(dirname(entry));
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
  const modules = dirname(dirname(packageRoot));
  return join(modules, '.cache', 'millrace', `pglite-${versionOf(manifest)}`);
};

/** Makes the template if there is none. Several processes may do so at once: one of them wins. */
export const prepareTemplate = async (make: MakeDatabase): Promise<void> => {
  const template = templateFolder();
  if (existsSync(template)) return;
  const unfinished = `${template}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(dirname(template), { recursive: true });
  await make(unfinished);
  try {
    renameSync(unfinished, template);
  } catch {
    // Another process was faster.
    rmSync(unfinished, { recursive: true, force: true });
  }
};

/** @returns whether there was a template to copy */
export const copyTemplate = async (dataFolder: string): Promise<boolean> => {
  const template = templateFolder();
  if (!existsSync(template)) return false;
  mkdirSync(dirname(dataFolder), { recursive: true });
  await cp(template, dataFolder, { recursive: true });
  return true;
};

const versionOf = (manifest: unknown): string =>
  typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
