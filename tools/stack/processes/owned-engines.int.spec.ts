import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { poll } from '../poll';
import { EngineProcess, type Launch } from './engine-process';
import { endOrphans } from './owned-engines';

describe('owned engines', () => {
  let folder: string;
  let data: string;
  const before = process.env['MILLRACE_ENGINES'];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-owned-'));
    data = join(folder, 'data');
    mkdirSync(data);
    process.env['MILLRACE_ENGINES'] = join(folder, 'engines');
  });
  afterEach(() => {
    if (before === undefined) delete process.env['MILLRACE_ENGINES'];
    else process.env['MILLRACE_ENGINES'] = before;
    rmSync(folder, { recursive: true });
  });

  const launch = (): Launch => ({
    name: 'the engine',
    command: process.execPath,
    args: ['-e', 'setInterval(() => undefined, 1000)', data],
    logFile: join(folder, 'log'),
    pidFile: join(folder, 'pid'),
    marker: data,
  });

  /** Detached, so that nothing but the list of owned engines ends it. */
  const engine = (): EngineProcess => new EngineProcess(launch(), 'detached');

  /** A process that owns the engine and then does what `script` says. */
  const owner = (script: string) => {
    const path = (name: string): string => JSON.stringify(join(__dirname, name));
    const code = `
      const { ownEngines } = require(${path('owned-engines.ts')});
      const { EngineProcess } = require(${path('engine-process.ts')});
      const launch = ${JSON.stringify(launch())};
      ownEngines({ engines: [launch], folder: ${JSON.stringify(data)} });
      new EngineProcess(launch, 'detached').start();
      ${script}`;
    return spawn(process.execPath, ['--require', 'tsx/cjs', '-e', code], {
      env: process.env,
      stdio: 'ignore',
    });
  };

  const runs = (): Promise<true> =>
    poll(async () => (engine().pid === undefined ? undefined : true), {
      what: 'the engine to run',
      deadlineMs: 20_000,
    });

  /** A killed process may be seen for a moment. */
  const ends = (): Promise<true> =>
    poll(async () => (engine().pid === undefined ? true : undefined), {
      what: 'the end of the engine',
      deadlineMs: 10_000,
    });

  const ended = (child: ReturnType<typeof spawn>): Promise<number | NodeJS.Signals | null> =>
    new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));

  it('end when their owner exits, with their data', async () => {
    expect(await ended(owner('process.exitCode = 5;'))).toBe(5);
    await ends();
    expect(readdirSync(folder)).not.toContain('data');
    expect(readdirSync(join(folder, 'engines', 'running'))).toEqual([]);
  });

  it('end with the signal that ends their owner', async () => {
    const child = owner('setInterval(() => undefined, 1000);');
    const end = ended(child);
    await runs();
    child.kill('SIGTERM');
    expect(await end).toBe('SIGTERM');
    await ends();
  });

  it('run on while their owner handles a signal by itself, until it exits', async () => {
    const child = owner(`
      process.on('SIGTERM', () => {
        process.exit(require('node:fs').existsSync(${JSON.stringify(data)}) ? 7 : 8);
      });
      setInterval(() => undefined, 1000);
      require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'ready'))}, '');`);
    const end = ended(child);
    await poll(async () => (readdirSync(folder).includes('ready') ? true : undefined), {
      what: 'the handler',
      deadlineMs: 20_000,
    });
    child.kill('SIGTERM');
    expect(await end).toBe(7);
    await ends();
  });

  it('of a killed owner are ended by the next start; those of a live one are not', async () => {
    const child = owner('setInterval(() => undefined, 1000);');
    const end = ended(child);
    await runs();
    endOrphans();
    const pid = engine().pid;
    expect(pid).toBeGreaterThan(1);
    child.kill('SIGKILL');
    await end;
    expect(engine().pid).toBe(pid);
    endOrphans();
    await ends();
    expect(readdirSync(folder)).not.toContain('data');
  });

  it('survive an entry of the list that is damaged', () => {
    mkdirSync(join(folder, 'engines', 'running'), { recursive: true });
    writeFileSync(join(folder, 'engines', 'running', 'x.json'), '{');
    endOrphans();
    expect(readdirSync(join(folder, 'engines', 'running'))).toEqual([]);
  });
});
