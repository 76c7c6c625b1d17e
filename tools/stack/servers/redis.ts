/** Redis from the system's package, in memory only. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { engineVersions } from '../engine-versions';
import { freePorts } from '../processes/free-ports';
import { isInstalled } from '../processes/run-command';
import { type EngineServer, type ServerOptions, startServer } from './engine-server';
import { probeRedis } from './probes';
import { serverFolder } from './server-folder';
import { systemProgram } from './system-package';

const PROGRAM = 'redis-server';

/**
 * Starts Redis without persistence: what it held is gone when it is killed. `settings` are lines of
 * redis.conf, for example `{ appendonly: 'yes' }`.
 *
 * @throws Error that says what to install when Redis is missing or of another major version
 */
export const startRedis = async (options: ServerOptions = {}): Promise<EngineServer> => {
  const command = await systemProgram({
    find: () => (isInstalled(PROGRAM) ? PROGRAM : undefined),
    debianPackage: PROGRAM,
    what: `Redis ${engineVersions.redis}`,
  });
  needVersion();
  const { folder, kept } = serverFolder('redis', options);
  const [port = 0] = await freePorts(1);
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    save: '',
    appendonly: 'no',
    dir: folder,
    // Else Redis rewrites its command line, and its folder could not be seen in it.
    'set-proc-title': 'no',
    ...options.settings,
  };
  const url = `redis://127.0.0.1:${port}`;
  return startServer({
    url,
    folder,
    kept,
    life: options.life ?? 'owned',
    launch: {
      name: 'Redis',
      command,
      args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
      logFile: join(folder, 'redis.log'),
      pidFile: join(folder, 'redis.pid'),
      marker: folder,
    },
    probe: () => probeRedis(url),
  });
};

const needVersion = (): void => {
  const { stdout } = spawnSync(PROGRAM, ['--version'], { encoding: 'utf8' });
  const major = /v=(\d+)\./.exec(stdout)?.[1];
  const wanted = engineVersions.redis.split('.')[0];
  if (major !== wanted) throw new Error(`Redis ${wanted} is needed; ${PROGRAM} is ${major}`);
};
