/** `millrace status`: position, end and lag of each view. */

import { exitCodes } from '@millrace/platform';
import { type ViewResource, viewsSchema } from '@millrace/query-api';
import { startSystem } from '../../host/start-system';
import { folderInQuestion } from '../data-folder';
import { reachSystem } from '../reach-system';
import { grouped, table } from '../wording';

/** Options of `millrace status`. */
export interface StatusOptions {
  readonly data?: string;
  readonly log?: string;
  readonly json?: boolean;
}

/** @returns the exit code */
export const runStatus = async (options: StatusOptions): Promise<number> => {
  const folder = await folderInQuestion({
    given: options.data,
    variable: process.env['MILLRACE_DATA'],
  });
  const system = await reachSystem(folder, startSystem, { log: options.log });
  try {
    const answer = await system.client.get('/v1/views');
    if (options.json === true) {
      process.stdout.write(`${JSON.stringify(answer, undefined, 2)}\n`);
    } else {
      process.stdout.write(`${statusText(viewsSchema.parse(answer).items, folder.path)}\n`);
    }
    return exitCodes.ok;
  } finally {
    await system.close();
  }
};

/** One row per part of a view: sums over its lanes. */
export const statusText = (items: readonly ViewResource[], folder: string): string => {
  const rows = items.flatMap((view) =>
    view.parts.map((of) => [
      view.view,
      of.part,
      of.topic,
      [...new Set(of.lanes.map(({ state }) => state))].join(', '),
      grouped(total(of.lanes, 'position')),
      grouped(total(of.lanes, 'end')),
      `${grouped(total(of.lanes, 'lagRecords'))} records`,
      `${(of.lagSeconds ?? 0).toFixed(1)} s`,
    ]),
  );
  const head = ['view', 'part', 'reads', 'state', 'position', 'end', 'lag', 'lag'];
  return `data folder ${folder}\n\n${table([head, ...rows])}`;
};

const total = (
  lanes: ViewResource['parts'][number]['lanes'],
  field: 'position' | 'end' | 'lagRecords',
): number => lanes.reduce((sum, of) => sum + of[field], 0);
