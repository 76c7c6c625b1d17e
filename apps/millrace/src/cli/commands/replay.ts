/** `millrace replay --view X`: rebuilds a view from the log, compares, swaps. */
import { setTimeout as delay } from 'node:timers/promises';
import { exitCodes } from '@millrace/platform';
import { type RebuildResource, rebuildSchema } from '@millrace/query-api';
import { startSystem } from '../../host/start-system';
import { folderInQuestion } from '../data-folder';
import { ProgressLine } from '../progress-line';
import { reachSystem } from '../reach-system';
import { grouped, span } from '../wording';

/** Options of `millrace replay`. */
export interface ReplayOptions {
  readonly view: string;
  readonly data?: string;
  readonly log?: string;
  readonly json?: boolean;
}

const POLL_MS = 200;

/** @returns exit code 3 when the rebuilt view differs from the one before */
export const runReplay = async (options: ReplayOptions): Promise<number> => {
  const folder = await folderInQuestion({
    given: options.data,
    variable: process.env['MILLRACE_DATA'],
  });
  const system = await reachSystem(folder, startSystem, { log: options.log });
  const progress = new ProgressLine(process.stderr, () => performance.now());
  try {
    const path = `/v1/views/${encodeURIComponent(options.view)}/rebuilds`;
    const body = { compare: true };
    const { rebuildId } = rebuildSchema.parse(await system.client.post(path, body));
    for (;;) {
      const now = rebuildSchema.parse(await system.client.get(`${path}/${rebuildId}`));
      if (now.state !== 'running') return report(now, options, progress);
      progress.show(progressText(options.view, now));
      await delay(POLL_MS);
    }
  } finally {
    progress.end();
    await system.close();
  }
};

const progressText = (view: string, { progress }: RebuildResource): string => {
  if (progress === undefined) return `${view}: starting`;
  const { done, total, perSecond, secondsLeft } = progress;
  const share = total === 0 ? 100 : Math.floor((done * 100) / total);
  const part = `${progress.part} (${progress.partNumber} of ${progress.partCount})`;
  const left = secondsLeft === null ? '' : `, ${span(secondsLeft * 1_000)} left`;
  const rate = `${grouped(perSecond)} records/s`;
  return `${view}/${part}: ${progress.state}, ${share} % of ${grouped(total)} records, ${rate}${left}`;
};

const report = (done: RebuildResource, options: ReplayOptions, progress: ProgressLine): number => {
  progress.end();
  if (options.json === true) process.stdout.write(`${JSON.stringify(done, undefined, 2)}\n`);
  if (done.state === 'failed') {
    const { code, message } = done.failure ?? { code: 'UNKNOWN', message: 'the rebuild failed' };
    process.stderr.write(`millrace: ${message} [${code}]\n`);
    return exitCodes.failed;
  }
  const parts = done.parts ?? [];
  if (options.json !== true) {
    for (const part of parts) process.stdout.write(`${partText(options.view, part)}\n`);
  }
  const differs = parts.some(({ differentRows = 0 }) => differentRows > 0);
  return differs ? exitCodes.mismatch : exitCodes.ok;
};

const partText = (view: string, part: NonNullable<RebuildResource['parts']>[number]): string => {
  const replayed = `replayed ${grouped(part.replayed)} records in ${span(part.tookMs)}`;
  const rows = `${grouped(part.equalRows ?? 0)} rows equal the generation before`;
  const different = part.differentRows ?? 0;
  const trouble = different === 0 ? '' : `, ${grouped(different)} DIFFER`;
  return `${view}/${part.part}: ${replayed}; generation ${part.generation} is live, ${rows}${trouble}`;
};
