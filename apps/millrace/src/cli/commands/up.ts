/** `millrace up`: serves a data folder until it is stopped. */
import { startSystem } from '../../host/start-system';
import { untilStopped } from '../../host/until-stopped';
import { dataFolder } from '../data-folder';

/** Options of `millrace up`. */
export interface UpOptions {
  readonly data?: string;
  readonly log?: string;
  readonly port?: number;
}

/** @returns the exit code, when it was stopped */
export const runUp = async (options: UpOptions): Promise<number> => {
  const folder = dataFolder({ given: options.data, variable: process.env['MILLRACE_DATA'] });
  const system = await startSystem({
    folder,
    command: 'millrace up',
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.log === undefined ? {} : { log: options.log }),
  });
  process.stderr.write(`millrace: serving ${folder} at ${system.url}; Ctrl-C stops it\n`);
  return untilStopped(system);
};
