/** Programs that come from the system's packages. */
import { existsSync } from 'node:fs';
import { isInstalled, mustRun } from '../processes/run-command';
import { timed } from '../progress';

/** A program and where it comes from. */
export interface SystemProgram {
  /** Looks for the program; undefined when it is missing. */
  readonly find: () => string | undefined;
  readonly debianPackage: string;
  /** For people on other systems: "Redis 7". */
  readonly what: string;
}

const TIMEOUT_MS = 300_000;

/**
 * The path of the program; root on Debian gets its package installed.
 *
 * @throws Error that says what to install
 */
export const systemProgram = async ({
  find,
  debianPackage,
  what,
}: SystemProgram): Promise<string> => {
  const found = find();
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version') && isInstalled('apt-get')) {
    await timed(`apt-get install ${debianPackage}`, () => install(debianPackage));
    const installed = find();
    if (installed !== undefined) return installed;
  }
  throw new Error(`${what} is not installed (Debian: apt-get install ${debianPackage})`);
};

const install = async (name: string): Promise<void> => {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env, timeoutMs: TIMEOUT_MS };
  await mustRun('apt-get', ['update', '-q'], options);
  await mustRun('apt-get', ['install', '-q', '-y', '--no-install-recommends', name], options);
};
