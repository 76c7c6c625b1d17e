/**
 * Seconds from the start of `millrace demo` until it says that it is ready: on a fresh folder, and on
 * one in which the story has been told. Bar: under 10 s.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliProcess } from '../e2e/cli-process';

const READY = /^Millrace is ready after /m;
const TOLD = /^Ordinary payments go on /m;

/** What was measured. */
export interface DemoReadyResult {
  readonly folder: 'fresh' | 'used';
  readonly readySeconds: number;
  /** Until the story was over. */
  readonly toldSeconds: number;
  /** From Ctrl-C to the end of the process. */
  readonly stopSeconds: number;
}

/** Two starts on one temporary folder. */
export const run = async (): Promise<{ name: string; results: readonly DemoReadyResult[] }> => {
  const root = mkdtempSync(join(tmpdir(), 'demo-bench-'));
  try {
    const fresh = await oneStart('fresh', root);
    return { name: 'demo-ready', results: [fresh, await oneStart('used', root)] };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};

const oneStart = async (
  folder: DemoReadyResult['folder'],
  root: string,
): Promise<DemoReadyResult> => {
  const since = stopwatch();
  const demo = CliProcess.start(['demo', '--data', join(root, 'data'), '--port', '0'], root);
  await demo.printed(READY);
  const readySeconds = since();
  await demo.printed(TOLD);
  const toldSeconds = since();
  const sinceStop = stopwatch();
  const { code } = await demo.interrupt();
  if (code !== 0) throw new Error(`the demo ended with code ${code}`);
  return { folder, readySeconds, toldSeconds, stopSeconds: sinceStop() };
};

const stopwatch = () => {
  const beganMs = performance.now();
  return (): number => (performance.now() - beganMs) / 1_000;
};
