/** `millrace status`: position, end and lag of each view. */
import { z } from 'zod';
import { startSystem } from '../../host/start-system';
import { exitCodes } from '../cli.errors';
import { folderInQuestion } from '../data-folder';
import { reachSystem } from '../reach-system';
import { grouped, table } from '../wording';

/** Options of `millrace status`. */
export interface StatusOptions {
  readonly data?: string;
  readonly json?: boolean;
}

const lane = z.object({
  lane: z.number(),
  state: z.string(),
  position: z.number(),
  end: z.number(),
  lagRecords: z.number(),
  lagSeconds: z.number(),
});
const part = z.object({ view: z.string(), topic: z.string(), lanes: z.array(lane) });
const views = z.object({
  items: z.array(
    z.object({
      view: z.string(),
      lagRecords: z.number(),
      lagSeconds: z.number(),
      parts: z.array(part),
    }),
  ),
});

/** What `GET /v1/views` answers. */
type Views = z.output<typeof views>;

/** @returns the exit code */
export const runStatus = async (options: StatusOptions): Promise<number> => {
  const folder = await folderInQuestion({
    given: options.data,
    variable: process.env['MILLRACE_DATA'],
  });
  const system = await reachSystem(folder, startSystem);
  try {
    const answer = await system.client.get('/v1/views');
    if (options.json === true) {
      process.stdout.write(`${JSON.stringify(answer, undefined, 2)}\n`);
    } else {
      process.stdout.write(`${statusText(views.parse(answer), folder.path)}\n`);
    }
    return exitCodes.ok;
  } finally {
    await system.close();
  }
};

/** One row per part of a view: sums over its lanes. */
export const statusText = ({ items }: Views, folder: string): string => {
  const rows = items.flatMap((view) =>
    view.parts.map((of) => [
      view.view,
      of.view,
      of.topic,
      [...new Set(of.lanes.map(({ state }) => state))].join(', '),
      grouped(total(of.lanes, 'position')),
      grouped(total(of.lanes, 'end')),
      `${grouped(total(of.lanes, 'lagRecords'))} records`,
      `${Math.max(0, ...of.lanes.map(({ lagSeconds }) => lagSeconds)).toFixed(1)} s`,
    ]),
  );
  const head = ['view', 'part', 'reads', 'state', 'position', 'end', 'lag', 'lag'];
  return `data folder ${folder}\n\n${table([head, ...rows])}`;
};

const total = (
  lanes: readonly z.output<typeof lane>[],
  field: 'position' | 'end' | 'lagRecords',
): number => lanes.reduce((sum, of) => sum + of[field], 0);
