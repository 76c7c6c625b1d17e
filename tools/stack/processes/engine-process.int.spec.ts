import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GaveUpError, poll } from '../poll';
import { EngineProcess, killKnown, type Launch } from './engine-process';
import { commandLineOf } from './process-table';

describe('an engine process', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-process-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const launch = (script: string): Launch => ({
    name: 'the engine',
    command: process.execPath,
    args: ['-e', `console.log('up'); ${script}`, folder],
    logFile: join(folder, 'log'),
    pidFile: join(folder, 'pid'),
    marker: folder,
  });
  const RUNS = 'setInterval(() => undefined, 1000)';
  const STUBBORN = `process.on('SIGTERM', () => undefined); ${RUNS}`;

  /** Waits until the script has run, so that its signal handlers stand. */
  const upAndRunning = (): Promise<true> =>
    poll(async () => (readFileSync(join(folder, 'log'), 'utf8') === '' ? undefined : true), {
      what: 'its first line',
      deadlineMs: 10_000,
    });

  it.each(['owned', 'detached'] as const)(
    'started %s has a pid until it is killed',
    async (life) => {
      const engine = new EngineProcess(launch(RUNS), life);
      expect(engine.pid).toBeUndefined();
      engine.start();
      const { pid } = engine;
      expect(commandLineOf(pid ?? 0)).toContain(folder);
      engine.start();
      expect(engine.pid).toBe(pid);
      await engine.kill();
      expect(engine.pid).toBeUndefined();
      expect(commandLineOf(pid ?? 0)).toBeUndefined();
    },
  );

  it('that does not heed the request to end is killed when its time is over', async () => {
    const engine = new EngineProcess(launch(STUBBORN), 'owned');
    engine.start();
    await upAndRunning();
    await engine.stop(100);
    expect(engine.pid).toBeUndefined();
  });

  it('that ended by itself says what it printed last', async () => {
    const engine = new EngineProcess(launch(`console.error('no disk')`), 'owned');
    engine.start();
    const ended = poll(
      async () => {
        engine.assertRuns();
        return undefined;
      },
      { what: 'never', deadlineMs: 10_000 },
    );
    await expect(ended).rejects.toThrow(GaveUpError);
    await expect(ended).rejects.toThrow(/the engine ended by itself(.|\n)*no disk/);
  });

  it('whose pid now belongs to another program is not touched', async () => {
    const other = spawn(process.execPath, ['-e', RUNS], { stdio: 'ignore' });
    try {
      const known = launch(RUNS);
      writeFileSync(known.pidFile, String(other.pid));
      await killKnown(known);
      expect(new EngineProcess(known, 'owned').pid).toBeUndefined();
      expect(commandLineOf(other.pid ?? 0)).toContain(process.execPath);
    } finally {
      other.kill('SIGKILL');
    }
  });

  it('that cannot be started names the program', () => {
    const missing = { ...launch(RUNS), command: join(folder, 'no-such-program') };
    expect(() => new EngineProcess(missing, 'detached').start()).toThrow(/no-such-program/);
  });
});
