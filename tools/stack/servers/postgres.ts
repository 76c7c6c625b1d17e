/** Postgres from the system's package, with a cluster of its own. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { engineVersions } from '../engine-versions';
import type { SystemUser } from '../processes/engine-process';
import { freePorts } from '../processes/free-ports';
import { mustRun } from '../processes/run-command';
import { type EngineServer, type ServerOptions, startServer } from './engine-server';
import { probePostgres } from './probes';
import { serverFolder } from './server-folder';
import { systemProgram } from './system-package';
import { handOver, unprivilegedUser } from './unprivileged-user';

/**
 * Starts Postgres with its own durable defaults; the user `postgres` needs no password on the
 * loopback. `settings` are those of postgresql.conf, for example `{ fsync: 'off' }`.
 *
 * @throws Error that says what to install when Postgres is missing
 */
export const startPostgres = async (options: ServerOptions = {}): Promise<EngineServer> => {
  const major = engineVersions.postgres;
  const programs = await systemProgram({
    find: () => programFolders(major).find((folder) => existsSync(join(folder, 'initdb'))),
    debianPackage: `postgresql-${major}`,
    what: `Postgres ${major}`,
  });
  const user = unprivilegedUser();
  const { folder, kept } = serverFolder('postgres', options);
  const data = join(folder, 'data');
  if (!existsSync(data)) await createCluster({ programs, folder, data, user });
  const [port = 0] = await freePorts(1);
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    ...options.settings,
  };
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  return startServer({
    url,
    folder,
    kept,
    life: options.life ?? 'owned',
    launch: {
      name: 'Postgres',
      command: join(programs, 'postgres'),
      args: [
        ...['-D', data, '-p', String(port)],
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      logFile: join(folder, 'postgres.log'),
      pidFile: join(folder, 'postgres.pid'),
      marker: data,
      runAs: user,
      // "Fast": does not wait until clients have gone.
      stopSignal: 'SIGINT',
    },
    probe: () => probePostgres(url),
  });
};

const programFolders = (major: string): readonly string[] => {
  const { stdout } = spawnSync('pg_config', ['--bindir', '--version'], { encoding: 'utf8' });
  const [folder, version] = (stdout ?? '').split('\n');
  const onPath = folder !== undefined && version?.includes(` ${major}.`) === true ? [folder] : [];
  return [`/usr/lib/postgresql/${major}/bin`, ...onPath];
};

interface ClusterPlan {
  readonly programs: string;
  readonly folder: string;
  readonly data: string;
  readonly user: SystemUser | undefined;
}

const createCluster = async ({ programs, folder, data, user }: ClusterPlan): Promise<void> => {
  if (user !== undefined) handOver(folder, user);
  const as =
    user === undefined
      ? []
      : ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  const [command = '', ...args] = [
    ...[...as, join(programs, 'initdb'), '-D', data, '-U', 'postgres'],
    ...['--auth=trust', '-E', 'UTF8', '--locale=C.UTF-8'],
  ];
  await mustRun(command, args, { cwd: folder });
};
