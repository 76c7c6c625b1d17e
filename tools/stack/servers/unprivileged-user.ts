/** Whom engines run as that refuse to run as root. */
import { spawnSync } from 'node:child_process';
import { chownSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SystemUser } from '../processes/engine-process';
import { needCommand } from '../processes/run-command';

/** It exists on every Linux and owns nothing. */
const USER = 'nobody';

/** @returns the user `nobody` when this process is root's; undefined: the caller itself will do */
export const unprivilegedUser = (): SystemUser | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  needCommand('setpriv', 'as root, engines are started through it (Debian: package util-linux)');
  return { uid: idOf('-u'), gid: idOf('-g') };
};

/** Hands a folder with all it holds over. */
export const handOver = (folder: string, { uid, gid }: SystemUser): void => {
  chownSync(folder, uid, gid);
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    chownSync(join(folder, entry), uid, gid);
  }
};

const idOf = (kind: '-u' | '-g'): number => {
  const { stdout } = spawnSync('id', [kind, USER], { encoding: 'utf8' });
  const id = Number.parseInt(stdout, 10);
  if (!Number.isSafeInteger(id)) throw new Error(`this machine has no user ${USER}`);
  return id;
};
