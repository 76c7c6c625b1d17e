/**
 * The built command line as a process: what it prints can be awaited under a deadline, and it can
 * be interrupted or killed. Nothing here sleeps: each output and the end of the process wake those
 * who wait.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** How a process ended. */
export interface Ended {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Environment variables by name. */
type Settings = Readonly<Record<string, string>>;

const ROOT = resolve(__dirname, '../..');
const MAIN = join(ROOT, 'apps/millrace/dist/main.js');
/** Far more than a loaded machine of two cores needs to start the whole system. */
const DEADLINE_MS = 120_000;

/** One run of `millrace`. */
export class CliProcess {
  /** Resolves when the process has ended and its output has been read. */
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  readonly #waiting = new Set<() => void>();
  #stdout = '';
  #stderr = '';
  #over: Ended | undefined;

  private constructor(args: readonly string[], cwd: string, settings: Settings) {
    if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: run "npm run build" first`);
    this.#child = spawn(process.execPath, [MAIN, ...args], {
      cwd,
      env: { ...cleanEnvironment(), ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      this.#wake();
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#wake();
    });
    this.ended = new Promise((done) => {
      this.#child.on('close', (code, signal) => {
        this.#over = { code, signal, stdout: this.#stdout, stderr: this.#stderr };
        done(this.#over);
        this.#wake();
      });
    });
  }

  /**
   * Starts `millrace` with these arguments in this folder.
   * @param settings the only MILLRACE_* variables that it gets
   */
  static start(args: readonly string[], cwd: string, settings: Settings = {}): CliProcess {
    return new CliProcess(args, cwd, settings);
  }

  /** Runs to the end; arguments as of {@link start}. */
  static run(args: readonly string[], cwd: string, settings: Settings = {}): Promise<Ended> {
    const cli = new CliProcess(args, cwd, settings);
    return cli.#within(cli.ended, `the end of millrace ${args.join(' ')}`);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get stdout(): string {
    return this.#stdout;
  }

  /** The match, as soon as standard output has it. @throws when it does not come, or cannot any more */
  printed(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#match(pattern, () => this.#stdout);
  }

  /** The match, as soon as standard error has it. @throws when it does not come, or cannot any more */
  complained(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#match(pattern, () => this.#stderr);
  }

  #match(pattern: RegExp, text: () => string): Promise<RegExpExecArray> {
    const found = new Promise<RegExpExecArray>((done, fail) => {
      const look = (): void => {
        const match = pattern.exec(text());
        if (match === null && this.#over === undefined) return;
        this.#waiting.delete(look);
        if (match !== null) done(match);
        else fail(new Error(`ended without saying ${String(pattern)}\n${this.#said()}`));
      };
      this.#waiting.add(look);
      look();
    });
    return this.#within(found, `${String(pattern)} on the screen`);
  }

  /** Ctrl-C; resolves when the process has ended. */
  interrupt(): Promise<Ended> {
    this.#child.kill('SIGINT');
    return this.#within(this.ended, 'the end after SIGINT');
  }

  /** kill -9; resolves when the process is gone. Harmless on one that has ended. */
  kill(): Promise<Ended> {
    this.#child.kill('SIGKILL');
    return this.ended;
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look();
  }

  async #within<T>(awaited: Promise<T>, what: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, fail) => {
      timer = setTimeout(() => {
        this.#child.kill('SIGKILL');
        fail(new Error(`no sign of ${what} within ${DEADLINE_MS} ms\n${this.#said()}`));
      }, DEADLINE_MS);
    });
    try {
      return await Promise.race([awaited, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #said(): string {
    return `standard output:\n${this.#stdout}\nstandard error:\n${this.#stderr}`;
  }
}

const cleanEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MILLRACE_')));
