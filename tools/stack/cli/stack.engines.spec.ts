import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type EngineServer, startRedis } from '../index';
import { commandLineOf } from '../processes/process-table';
import { type CommandResult, runCommand } from '../processes/run-command';

const MAIN = join(__dirname, '../main.ts');

describe('npm run stack', () => {
  let folder: string;
  let variables: Record<string, string>;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-stack-spec-'));
    writeFileSync(join(folder, 'docker'), '#!/bin/sh\nexit 1\n');
    chmodSync(join(folder, 'docker'), 0o755);
    variables = {
      MILLRACE_STACK_FILE: join(folder, 'stack.json'),
      PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`,
    };
  });
  afterEach(async () => {
    await stack('down');
    rmSync(folder, { recursive: true });
  });

  const stack = (...args: readonly string[]): Promise<CommandResult> =>
    runCommand(process.execPath, ['--require', 'tsx/cjs', MAIN, ...args], { env: variables });

  const pidIn = ({ stdout }: CommandResult): number => Number(/pid (\d+)/.exec(stdout)?.[1]);

  const urlIn = ({ stdout }: CommandResult): string => /redis:\/\/\S+\d/.exec(stdout)?.[0] ?? '';

  it('starts an engine that outlives the command, and keeps it when asked again', async () => {
    const first = await stack('up', '--only', 'redis');
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toMatch(/^redis +7\.0\.\d+ +redis:\/\/127\.0\.0\.1:\d+ .* serves\n$/);
    expect(commandLineOf(pidIn(first))).toContain('redis-server');

    const second = await stack('up', '--only', 'redis');
    expect(second).toMatchObject({ code: 0, stdout: first.stdout });

    const env = await stack('env');
    expect(env.stdout).toBe(`export MILLRACE_REDIS_URL='${urlIn(first)}'\n`);

    expect(await stack('down')).toMatchObject({ code: 0 });
    expect(commandLineOf(pidIn(first))).toBeUndefined();
    expect(await stack('env')).toMatchObject({ code: 1, stdout: '' });
  });

  it('says when an engine does not serve any more, and starts it anew', async () => {
    const first = await stack('up', '--only', 'redis');
    process.kill(pidIn(first), 'SIGKILL');
    const broken = await stack('status');
    expect(broken).toMatchObject({ code: 1 });
    expect(broken.stdout).toMatch(/does not serve: .*ECONNREFUSED/);
    const anew = await stack('up', '--only', 'redis');
    expect(anew).toMatchObject({ code: 0 });
    expect(urlIn(anew)).not.toBe(urlIn(first));
  });

  it('refuses to keep one broker when three are asked for', async () => {
    expect(await stack('up', '--only', 'kafka', '--kafka', '1')).toMatchObject({ code: 0 });
    const other = await stack('up', '--only', 'kafka', '--kafka', '3');
    expect(other).toMatchObject({ code: 1 });
    expect(other.stderr).toMatch(/runs with 1 brokers of 3\.9/);
  });

  it('says what to install when there is no Java, and without Maven when it must fetch', async () => {
    variables['PATH'] = folder;
    const withoutJava = await stack('up', '--only', 'kafka');
    expect(withoutJava).toMatchObject({ code: 1 });
    expect(withoutJava.stderr).toMatch(/java is not installed: .*apt-get install openjdk/);

    writeFileSync(join(folder, 'java'), '#!/bin/sh\n', { mode: 0o755 });
    variables['MILLRACE_ENGINES'] = join(folder, 'engines');
    const withoutMaven = await stack('up', '--only', 'kafka');
    expect(withoutMaven).toMatchObject({ code: 1 });
    expect(withoutMaven.stderr).toMatch(/mvn is not installed: .*apt-get install maven/);
  });

  it('leaves a given engine alone', async () => {
    const given = await startRedis();
    try {
      variables['MILLRACE_REDIS_URL'] = given.url;
      const used = await stack('up', '--only', 'redis');
      expect(used).toMatchObject({ code: 0 });
      expect(used.stdout).toContain(`${given.url}  (given)  serves`);
      await stack('down');
      expect(given.pid).toBeGreaterThan(0);
    } finally {
      await given.stop();
    }
  });

  describe('where Docker answers', () => {
    let behind: EngineServer;
    beforeEach(async () => {
      behind = await startRedis();
    });
    afterEach(() => behind.stop());

    const calls = (): string => readFileSync(join(folder, 'calls'), 'utf8');

    it('starts the service by compose on a free port and reads the port back', async () => {
      writeFileSync(
        join(folder, 'docker'),
        `#!/bin/sh
echo "$@ REDIS_PORT=$REDIS_PORT" >> ${join(folder, 'calls')}
case "$*" in *" port redis 6379") echo 127.0.0.1:${new URL(behind.url).port};; esac
`,
      );
      const started = await stack('up', '--only', 'redis');
      expect(started).toMatchObject({ code: 0 });
      expect(started.stdout).toContain(`${behind.url}  (compose)  serves`);
      expect(calls()).toMatch(/--profile engines up --detach --wait redis REDIS_PORT=\d{5}\n/);
      expect(calls()).not.toContain('kafka');

      expect(await stack('down')).toMatchObject({ code: 0 });
      expect(calls()).toMatch(/--profile engines rm --stop --force --volumes redis/);
      expect(calls()).toMatch(/volume rm --force millrace-stack_redis/);
    });

    it('removes what came up when compose fails, and says what it said', async () => {
      writeFileSync(
        join(folder, 'docker'),
        `#!/bin/sh
echo "$@" >> ${join(folder, 'calls')}
case "$*" in *" up "*) echo 'no space left' >&2; exit 1;; esac
`,
      );
      const failed = await stack('up', '--only', 'redis');
      expect(failed).toMatchObject({ code: 1 });
      expect(failed.stderr).toContain('no space left');
      expect(calls()).toContain('rm --stop --force --volumes redis');
      expect(await stack('env')).toMatchObject({ code: 1 });
    });
  });
});
