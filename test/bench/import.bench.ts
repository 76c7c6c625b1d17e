/**
 * A whole import as an operator runs it: a new data folder, the file through the command runtime,
 * until all three views have caught up. The file: BENCH_IMPORT_FILE, else 100,000 generated lines.
 * Bars: 8,000 payments/s and 250 CPU-µs a payment on two cores, 1.5 GiB of resident memory.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { labelledLines, writeLabelledFile } from '../e2e/labelled-file';
import { measuredRun } from './measured-run';

const PAYMENTS = 100_000;
const REPORT = /^([\d,]+) payments .*: ([\d,]+) payments\/s, all views caught up$/m;

/** What was measured. */
export interface ImportResult {
  readonly file: string;
  readonly payments: number;
  /** From the first line read until all views have caught up. */
  readonly paymentsPerSecond: number;
  /** Of the whole process, its start and end included. */
  readonly processSeconds: number;
  /** Of all threads, the start of the system included. */
  readonly cpuMicrosPerPayment: number;
  readonly peakRssMib: number;
}

/** Imports the file into a temporary folder. */
export const run = async (): Promise<{ name: string; results: ImportResult }> => {
  const folder = mkdtempSync(join(tmpdir(), 'import-bench-'));
  try {
    const file = process.env['BENCH_IMPORT_FILE'] ?? generatedFile(folder);
    const took = await measuredRun(['import', file, '--data', join(folder, 'data')], folder);
    const [, payments = '', rate = ''] = REPORT.exec(took.stdout) ?? [];
    if (took.code !== 0 || payments === '') throw new Error(`the import failed: ${took.stdout}`);
    const count = numberOf(payments);
    const results: ImportResult = {
      file: basename(file),
      payments: count,
      paymentsPerSecond: numberOf(rate),
      processSeconds: took.wallSeconds,
      cpuMicrosPerPayment: (took.cpuSeconds * 1e6) / count,
      peakRssMib: took.peakRssMib,
    };
    return { name: 'import', results };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const numberOf = (grouped: string): number => Number(grouped.replaceAll(',', ''));

const generatedFile = (folder: string): string => {
  const file = join(folder, 'generated.csv.gz');
  writeLabelledFile(
    file,
    labelledLines({
      seed: 7,
      payments: PAYMENTS,
      customers: 5_000,
      terminals: 10_000,
      fromMs: Date.UTC(2018, 3, 1),
      meanGapMs: 9_000,
    }),
  );
  return file;
};
