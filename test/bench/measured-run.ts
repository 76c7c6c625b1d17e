/** Runs the built command line to its end and tells what the process has used, all threads together. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a run took. */
export interface MeasuredRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly wallSeconds: number;
  /** User and system time of all threads. */
  readonly cpuSeconds: number;
  readonly peakRssMib: number;
}

const MAIN = join(__dirname, '../../apps/millrace/dist/main.js');

/** @param cwd an own folder; a file with the process's usage is left in it */
export const measuredRun = (args: readonly string[], cwd: string): Promise<MeasuredRun> =>
  new Promise((resolve, reject) => {
    const usageFile = join(cwd, 'usage.json');
    const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('MILLRACE_'));
    const beganMs = performance.now();
    const child = spawn(
      process.execPath,
      ['--require', join(__dirname, 'resource-usage.cjs'), MAIN, ...args],
      {
        cwd,
        env: { ...Object.fromEntries(kept), BENCH_USAGE_FILE: usageFile },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      const wallSeconds = (performance.now() - beganMs) / 1_000;
      const usage: NodeJS.ResourceUsage = JSON.parse(readFileSync(usageFile, 'utf8'));
      resolve({
        code,
        stdout,
        wallSeconds,
        cpuSeconds: (usage.userCPUTime + usage.systemCPUTime) / 1e6,
        peakRssMib: usage.maxRSS / 1_024,
      });
    });
  });
