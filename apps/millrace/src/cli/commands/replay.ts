/** `millrace replay --view X`: rebuilds a view from the log, compares, swaps. */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { startSystem } from '../../host/start-system';
import { exitCodes } from '../cli.errors';
import { folderInQuestion } from '../data-folder';
import { ProgressLine } from '../progress-line';
import { reachSystem } from '../reach-system';
import { grouped, span } from '../wording';

/** Options of `millrace replay`. */
export interface ReplayOptions {
  readonly view: string;
  readonly data?: string;
  readonly json?: boolean;
}

const POLL_MS = 200;

const difference = z.object({ equal: z.boolean() }).loose();
const rebuild = z.object({
  id: z.string(),
  state: z.string(),
  done: z.number(),
  total: z.number(),
  perSecond: z.number(),
  secondsLeft: z.number().nullish(),
  error: z.object({ code: z.string(), message: z.string() }).nullish(),
  parts: z.array(
    z.object({
      part: z.string(),
      generation: z.number(),
      total: z.number(),
      tookMs: z.number(),
      difference: difference.nullish(),
    }),
  ),
});

/** A rebuild as `GET /v1/views/{view}/rebuilds/{id}` shows it. */
type Rebuild = z.output<typeof rebuild>;

/** @returns exit code 3 when the rebuilt view differs from the one before */
export const runReplay = async (options: ReplayOptions): Promise<number> => {
  const folder = await folderInQuestion({
    given: options.data,
    variable: process.env['MILLRACE_DATA'],
  });
  const system = await reachSystem(folder, startSystem);
  const progress = new ProgressLine(process.stderr, () => performance.now());
  try {
    const path = `/v1/views/${encodeURIComponent(options.view)}/rebuilds`;
    const { id } = z.object({ id: z.string() }).parse(await system.client.post(path));
    for (;;) {
      const now = rebuild.parse(await system.client.get(`${path}/${id}`));
      if (now.state === 'done' || now.state === 'failed') return report(now, options, progress);
      progress.show(progressText(options.view, now));
      await delay(POLL_MS);
    }
  } finally {
    progress.end();
    await system.close();
  }
};

const progressText = (view: string, now: Rebuild): string => {
  const share = now.total === 0 ? 100 : Math.floor((now.done * 100) / now.total);
  const left = typeof now.secondsLeft === 'number' ? `, ${span(now.secondsLeft * 1_000)} left` : '';
  const rate = `${grouped(now.perSecond)} records/s`;
  return `${view}: ${now.state}, ${share} % of ${grouped(now.total)} records, ${rate}${left}`;
};

const report = (done: Rebuild, options: ReplayOptions, progress: ProgressLine): number => {
  progress.end();
  if (options.json === true) process.stdout.write(`${JSON.stringify(done, undefined, 2)}\n`);
  if (done.state === 'failed') {
    const what = done.error ?? { code: 'UNKNOWN', message: 'the rebuild failed' };
    process.stderr.write(`millrace: ${what.message} [${what.code}]\n`);
    return exitCodes.failed;
  }
  const differs = done.parts.filter((part) => part.difference?.equal === false);
  if (options.json !== true) {
    for (const part of done.parts) {
      const equal = part.difference?.equal === false ? 'DIFFERS from' : 'equals, row for row,';
      const records = `${grouped(part.total)} records in ${span(part.tookMs)}`;
      process.stdout.write(
        `${options.view}/${part.part}: replayed ${records}; generation ${part.generation} is live and ${equal} the one before\n`,
      );
    }
  }
  return differs.length === 0 ? exitCodes.ok : exitCodes.mismatch;
};
