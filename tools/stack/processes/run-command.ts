/** Runs a command to its end and hands back what it said. */
import { spawn, spawnSync } from 'node:child_process';

/** What a command said and how it ended. */
export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit code; -1 when a signal or the time limit ended it. */
  readonly code: number;
}

/** How to run it. */
export interface CommandOptions {
  /** Text for its standard input; nothing when left out. */
  readonly stdin?: string | undefined;
  /** Killed after this time, ms; 120 000 when left out. */
  readonly timeoutMs?: number | undefined;
  readonly cwd?: string | undefined;
  /** Added to the caller's environment. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

const TIMEOUT_MS = 120_000;

/** Runs `command`; resolves whatever its exit code, rejects only when it cannot be started. */
export const runCommand = (
  command: string,
  args: readonly string[],
  { stdin, timeoutMs = TIMEOUT_MS, cwd, env }: CommandOptions = {},
): Promise<CommandResult> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin ?? '');
    child.on('error', reject);
    child.on('close', (code) => resolve({ stdout, stderr, code: code ?? -1 }));
  });

/** @throws Error with what the command said, when its exit code is not 0 */
export const mustRun = async (
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> => {
  const result = await runCommand(command, args, options);
  if (result.code === 0) return result;
  const said = `${result.stdout}${result.stderr}`.trim().slice(-2_000);
  throw new Error(`${command} ${args[0] ?? ''} ended with code ${result.code}:\n${said}`);
};

/** Whether `command` can be run at all. */
export const isInstalled = (command: string, versionFlag = '--version'): boolean =>
  spawnSync(command, [versionFlag], { stdio: 'ignore' }).error === undefined;

/** @throws Error that says what to install when `command` is missing */
export const needCommand = (command: string, cure: string): void => {
  if (!isInstalled(command)) throw new Error(`${command} is not installed: ${cure}`);
};
