/** What runs under a process id: a pid alone may by now belong to somebody else. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** The command line of a live process; undefined when it is gone or only waits to be reaped. */
export const commandLineOf = (pid: number): string | undefined =>
  existsSync('/proc/self/stat') ? fromProc(pid) : fromPs(pid);

/** While a process replaces its program (exec) its command line reads as empty, for about 1 ms. */
const EXEC_TRIES = 50;

const fromProc = (pid: number): string | undefined => {
  for (let tries = 0; tries < EXEC_TRIES; tries += 1) {
    const commandLine = readProc(pid);
    if (commandLine !== '') return commandLine;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  }
  return '';
};

const readProc = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold anything, so the state is what follows the last ")".
    const state = stat.slice(stat.lastIndexOf(')') + 2).charAt(0);
    if (state === 'Z' || state === 'X') return undefined;
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return undefined;
  }
};

const fromPs = (pid: number): string | undefined => {
  try {
    const output = execFileSync('ps', ['-ww', '-o', 'stat=,args=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    return output === '' || output.startsWith('Z') ? undefined : output;
  } catch {
    return undefined;
  }
};
