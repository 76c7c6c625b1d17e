/**
 * One engine as an operating system process, known by its pid file: any process that knows the
 * folder can kill, pause and start it again, not only the one that started it first.
 */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { GaveUpError, poll } from '../poll';
import { commandLineOf } from './process-table';

/** How to start it. */
export interface Launch {
  /** For people: "broker 1 of Kafka 3.9.2". */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Environment; the caller's own when left out. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly cwd?: string | undefined;
  readonly logFile: string;
  readonly pidFile: string;
  /** Text of its command line that no other process has, usually a path of its own folder. */
  readonly marker: string;
  /** Whom it runs as; the caller when left out. Only root can name another. */
  readonly runAs?: SystemUser | undefined;
  /** What asks it to end in order; SIGTERM when left out. */
  readonly stopSignal?: 'SIGTERM' | 'SIGINT' | undefined;
}

/** A process as its pid file and a text of its command line. */
export type KnownProcess = Pick<Launch, 'name' | 'pidFile' | 'marker'>;

/** A user of this machine. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/** `owned`: ends with the process that starts it. `detached`: outlives it. */
export type Life = 'owned' | 'detached';

const KILL_DEADLINE_MS = 15_000;
const LOG_TAIL_CHARACTERS = 2_000;

/** Engine process of a pid file. */
export class EngineProcess {
  constructor(
    readonly launch: Launch,
    readonly life: Life,
  ) {}

  /** Process id; undefined while it does not run. */
  get pid(): number | undefined {
    return pidOf(this.launch);
  }

  /** Starts it; does not wait until it serves. Does nothing when it runs. */
  start(): void {
    if (this.pid !== undefined) return;
    const { env, cwd, logFile, pidFile, name } = this.launch;
    const log = openSync(logFile, 'a');
    const [command = '', ...args] = commandOf(this.launch, this.life);
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    child.on('error', () => undefined);
    if (child.pid === undefined) throw new Error(`${name} did not start: is ${command} installed?`);
    child.unref();
    writeFileSync(pidFile, String(child.pid));
  }

  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void> {
    return killKnown(this.launch);
  }

  /** Asks it to end, SIGKILL after `graceMs`; resolves when the process is gone. */
  async stop(graceMs: number): Promise<void> {
    this.signal(this.launch.stopSignal ?? 'SIGTERM');
    await gone(this.launch, graceMs).catch(() => this.kill());
  }

  /** Sends a signal; does nothing when it does not run. */
  signal(signal: NodeJS.Signals): void {
    const { pid } = this;
    if (pid !== undefined) process.kill(pid, signal);
  }

  /** The end of what it printed, for error messages. */
  logTail(): string {
    const { logFile } = this.launch;
    if (!existsSync(logFile)) return '';
    return `\n${logFile} ends with:\n${readFileSync(logFile, 'utf8').slice(-LOG_TAIL_CHARACTERS)}`;
  }

  /** For pollers of readiness. @throws GaveUpError when it does not run any more */
  assertRuns(): void {
    if (this.pid !== undefined) return;
    throw new GaveUpError(`${this.launch.name} ended by itself${this.logTail()}`);
  }
}

/** The pid in the pid file when its process still is the one with the marker in its command line. */
export const pidOf = ({ pidFile, marker }: KnownProcess): number | undefined => {
  if (!existsSync(pidFile)) return undefined;
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  if (!Number.isSafeInteger(pid) || pid <= 1) return undefined;
  return commandLineOf(pid)?.includes(marker) === true ? pid : undefined;
};

/** SIGKILL; resolves when the process is gone, at once when it does not run. */
export const killKnown = async (known: KnownProcess): Promise<void> => {
  const pid = pidOf(known);
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
  await gone(known, KILL_DEADLINE_MS);
};

const gone = async (known: KnownProcess, deadlineMs: number): Promise<void> => {
  await poll(async () => (pidOf(known) === undefined ? true : undefined), {
    what: `the end of ${known.name}`,
    deadlineMs,
    everyMs: 10,
  });
};

/** On Linux the kernel ends an owned engine with its starter, even when that one is killed. */
const commandOf = ({ command, args, runAs }: Launch, life: Life): readonly string[] => {
  const user =
    runAs === undefined
      ? []
      : [`--reuid=${runAs.uid}`, `--regid=${runAs.gid}`, '--clear-groups', '--no-new-privs'];
  const bound = life === 'owned' && canBind() ? ['--pdeathsig', 'KILL'] : [];
  const options = [...user, ...bound];
  return options.length === 0 ? [command, ...args] : ['setpriv', ...options, command, ...args];
};

let bindable: boolean | undefined;

const canBind = (): boolean => {
  bindable ??= spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true']).status === 0;
  return bindable;
};
