/** `millrace import FILE`: imports through the process of the data folder, shows progress, exits. */
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { exitCodes } from '@millrace/platform';
import type { z } from 'zod';
import { startSystem } from '../../host/start-system';
import { checkImportFile } from '../../import/check-import-file';
import { importStatus } from '../../operator/import-operations';
import { importFolder, withHolder } from '../data-folder';
import type { OperatorClient } from '../operator-client';
import { Pace, ProgressLine } from '../progress-line';
import { reachSystem } from '../reach-system';
import { grouped, span } from '../wording';

/** Options of `millrace import`. */
export interface ImportOptions {
  readonly data?: string;
  readonly log?: string;
}

type Import = z.output<typeof importStatus>;

const POLL_MS = 200;
const elapsedMs = (): number => performance.now();

/** @returns exit code 1 when lines were refused or the import failed */
export const runImportCommand = async (file: string, options: ImportOptions): Promise<number> => {
  await checkImportFile(file);
  const path = importFolder(file, {
    given: options.data,
    variable: process.env['MILLRACE_DATA'],
  });
  const system = await reachSystem(await withHolder(path), startSystem, {
    create: true,
    command: 'millrace import',
    log: options.log,
  });
  try {
    const done = await importThrough(system.client, file);
    process.stdout.write(`${importReport(done, path)}\n`);
    return importExitCode(done);
  } finally {
    await system.close();
  }
};

/** Starts an import, shows its progress on standard error, and waits for its end. */
export const importThrough = async (client: OperatorClient, file: string): Promise<Import> => {
  const progress = new ProgressLine(process.stderr, elapsedMs);
  const pace = new Pace(elapsedMs);
  try {
    const { id } = importStatus.parse(await client.post('/v1/imports', { file: resolve(file) }));
    for (;;) {
      const now = importStatus.parse(await client.get(`/v1/imports/${id}`));
      if (now.state === 'done' || now.state === 'failed') return now;
      progress.show(progressText(now, pace));
      await delay(POLL_MS);
    }
  } finally {
    progress.end();
  }
};

/** Exit code of an import that has ended. */
export const importExitCode = (done: Import): number =>
  done.state === 'done' && done.progress.rejected === 0 ? exitCodes.ok : exitCodes.failed;

const progressText = (now: Import, pace: Pace): string => {
  const { payments, rejected, readShare } = now.progress;
  const rate = `${grouped(pace.rate(payments))} payments/s`;
  if (now.state === 'catching-up') return `import: ${grouped(payments)} payments, views catch up`;
  const leftMs = pace.leftMs(readShare);
  const left = leftMs === undefined ? '' : `, ${span(leftMs)} left`;
  const refused = rejected === 0 ? '' : `, ${grouped(rejected)} lines refused`;
  return `import: ${grouped(payments)} payments (${Math.floor(readShare * 100)} %), ${rate}${left}${refused}`;
};

/** The end of an import in a few lines. */
export const importReport = (done: Import, folder: string): string => {
  const { payments, declined, disputes, unchanged, rejected } = done.progress;
  const rate = grouped((payments * 1_000) / Math.max(1, done.tookMs));
  const lines = [
    `${grouped(payments)} payments (${grouped(declined)} declined) and ${grouped(disputes)} fraud labels in ${span(done.tookMs)}: ${rate} payments/s, all views caught up`,
    ...(unchanged > 0 ? [`${grouped(unchanged)} commands were imported before: unchanged`] : []),
    ...(rejected > 0 ? [`${grouped(rejected)} lines refused, listed in ${done.rejectsFile}`] : []),
    ...(done.error === undefined
      ? [`data folder ${folder}; see it with: npx millrace status --data ${folder}`]
      : [`failed: ${done.error.message} [${done.error.code}]`]),
  ];
  return lines.join('\n');
};
