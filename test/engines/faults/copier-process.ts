/** A copier's process: what it has told, its signals, and a supervisor that starts it again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { COPIER_EXIT, type CopierEvent, type CopierSettings, parseEvent } from './copier-settings';

/** Something that a copier told, and when. */
export interface Told {
  readonly atMs: number;
  readonly pid: number;
  readonly event: CopierEvent;
}

const ROOT = join(__dirname, '../../..');
const MAIN = join(__dirname, 'copier-main.ts');

/** One process. */
export class CopierProcess {
  readonly pid: number;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  readonly #child: ChildProcess;

  constructor(settings: CopierSettings, tell: (told: Told) => void) {
    const child = spawn(process.execPath, ['--import', 'tsx', MAIN, JSON.stringify(settings)], {
      cwd: ROOT,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const { pid = -1 } = child;
    this.pid = pid;
    this.#child = child;
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => tell({ atMs: performance.now(), pid, event: parseEvent(line) }));
    const told = new Promise<void>((resolve) => lines.once('close', resolve));
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => void told.then(() => resolve(code ?? signal ?? -1)));
    });
  }

  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  /** Lets it end what it does; resolves with its exit code. */
  stop(): Promise<number | string> {
    this.#child.stdin?.end();
    return this.ended;
  }
}

/**
 * Keeps one copier alive until it is stopped; one that ends by itself after a doubt is not the only
 * owner, and is not started again either.
 */
export class SupervisedCopier {
  /** All that its processes have told, in order. */
  readonly told: Told[] = [];
  #current: CopierProcess;
  #isStopping = false;
  #ended: Promise<void>;

  constructor(settings: CopierSettings) {
    this.#current = this.#start(settings);
    this.#ended = this.#watch(settings);
  }

  /** The process that runs now, or ran last. */
  get current(): CopierProcess {
    return this.#current;
  }

  /** Resolves when none runs and none will. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** Events of a kind, of all processes. */
  of<Kind extends CopierEvent['kind']>(
    kind: Kind,
  ): readonly (Told & { readonly event: Extract<CopierEvent, { readonly kind: Kind }> })[] {
    return this.told.flatMap((told) => (isOf(told, kind) ? [told] : []));
  }

  /** Transactions of a process that were begun and not told to be committed nor to be aborted. */
  unfinished(pid: number | undefined): readonly string[] {
    const ended = new Set([...this.of('committed'), ...this.of('aborting')].map(byOf));
    const begun = this.of('began').filter((told) => told.pid === pid);
    return begun.map(byOf).filter((by) => !ended.has(by));
  }

  /** Stops it and starts no other. @returns its exit code */
  async stop(): Promise<number | string> {
    this.#isStopping = true;
    const code = await this.#current.stop();
    await this.#ended;
    return code;
  }

  /** SIGKILL, and no other is started. */
  async end(): Promise<void> {
    this.#isStopping = true;
    this.#current.signal('SIGKILL');
    await this.#ended;
  }

  #start(settings: CopierSettings): CopierProcess {
    return new CopierProcess(settings, (told) => this.told.push(told));
  }

  async #watch(settings: CopierSettings): Promise<void> {
    for (;;) {
      const code = await this.#current.ended;
      const isKilled = typeof code === 'string';
      const goesOn = settings.afterDoubt === 'takes-over' && code === COPIER_EXIT.fenced;
      if (this.#isStopping || !(isKilled || goesOn)) return;
      const { diesAtCommit: _, ...again } = settings;
      this.#current = this.#start(again);
    }
  }
}

const byOf = ({ event }: { readonly event: { readonly by: string } }): string => event.by;

const isOf = <Kind extends CopierEvent['kind']>(
  told: Told,
  kind: Kind,
): told is Told & { readonly event: Extract<CopierEvent, { readonly kind: Kind }> } =>
  told.event.kind === kind;
