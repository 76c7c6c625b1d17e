/** The folder of one store. */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ServerOptions } from './engine-server';

/** @returns the given folder, kept, or a fresh one, removed on stop */
export const serverFolder = (
  name: string,
  { folder }: ServerOptions,
): { readonly folder: string; readonly kept: boolean } => {
  if (folder === undefined) {
    return { folder: mkdtempSync(join(tmpdir(), `millrace-${name}-`)), kept: false };
  }
  mkdirSync(folder, { recursive: true });
  return { folder: resolve(folder), kept: true };
};
