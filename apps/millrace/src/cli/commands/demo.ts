/** `millrace demo`: the story on generated payments, or an imported file, then serve. */
import { DemoClock } from '../../demo/demo-clock';
import { firstInstant } from '../../demo/demo-plan';
import { readyText, runDemoOn } from '../../demo/run-demo';
import { startSystem } from '../../host/start-system';
import { untilStopped } from '../../host/until-stopped';
import { checkImportFile } from '../../import/check-import-file';
import { dataFolder, importFolder } from '../data-folder';
import { OperatorClient } from '../operator-client';
import { ProgressLine } from '../progress-line';
import { importExitCode, importReport, importThrough } from './import-file';

/** Options of `millrace demo`. */
export interface DemoCommandOptions {
  readonly data?: string;
  readonly log?: string;
  readonly port?: number;
  readonly rate: number;
  readonly seed: number;
  readonly input?: string;
}

const elapsedMs = (): number => performance.now();

/** @returns the exit code, when it was stopped */
export const runDemo = async (options: DemoCommandOptions): Promise<number> =>
  options.input === undefined ? tellDemo(options) : serveImport(options, options.input);

const choiceOf = (options: DemoCommandOptions) => ({
  given: options.data,
  variable: process.env['MILLRACE_DATA'],
});

const startOf = ({ port, log }: DemoCommandOptions) => ({
  ...(port === undefined ? {} : { port }),
  ...(log === undefined ? {} : { log }),
});

const tellDemo = async (options: DemoCommandOptions): Promise<number> => {
  const screen = new ProgressLine(process.stdout, elapsedMs);
  const startedMs = elapsedMs();
  const clock = new DemoClock(0, elapsedMs);
  const folder = dataFolder(choiceOf(options));
  const wallMs = Date.now();
  const system = await startSystem({
    folder,
    command: 'millrace demo',
    clock,
    beforeWriting: (lastMs) => clock.advanceTo(lastMs ?? firstInstant(wallMs)),
    ...startOf(options),
  });
  screen.say(readyText(system, elapsedMs() - startedMs));
  const stop = new AbortController();
  const traffic = runDemoOn({
    system,
    clock,
    screen,
    ratePerSecond: options.rate,
    seed: options.seed,
    beginMs: clock.nowMs(),
    elapsedMs,
    signal: stop.signal,
  });
  const close = async (): Promise<void> => {
    stop.abort();
    await traffic;
    screen.end();
    await system.close();
  };
  // A failure of the traffic ends the demo: nothing would move on the screen.
  const failed = traffic.then(
    () => new Promise<never>(() => undefined),
    async (error: unknown) => {
      await system.close();
      throw error;
    },
  );
  return Promise.race([untilStopped({ ...system, close }), failed]);
};

const serveImport = async (options: DemoCommandOptions, file: string): Promise<number> => {
  await checkImportFile(file);
  const folder = importFolder(file, choiceOf(options));
  const system = await startSystem({ folder, command: 'millrace demo', ...startOf(options) });
  process.stdout.write(`Millrace is ready: ${system.url}, data folder ${folder}\n`);
  const ended = untilStopped(system);
  const done = await importThrough(new OperatorClient(system.url, folder), file);
  process.stdout.write(`${importReport(done, folder)}\n`);
  if (importExitCode(done) !== 0) process.exitCode = importExitCode(done);
  process.stdout.write(`Serving ${system.url}; Ctrl-C stops it.\n`);
  return Math.max(await ended, importExitCode(done));
};
