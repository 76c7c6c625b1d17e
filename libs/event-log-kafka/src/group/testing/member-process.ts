/** A member's process as a test holds it: what it tells, and its signals. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = join(__dirname, '../../../../..');
const MAIN = join(__dirname, 'group-member-main.ts');

/** What a member's process is told. */
export interface MemberSettings {
  readonly brokers: readonly string[];
  readonly lanes: number;
  readonly namespace: string;
}

/** See the top of the file. */
export class MemberProcess {
  /** Every set of lanes that it has had, the newest last. */
  readonly told: (readonly number[])[] = [];
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;

  constructor({ brokers, lanes, namespace }: MemberSettings) {
    const args = ['--import', 'tsx', MAIN, brokers.join(), String(lanes), namespace];
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child = child;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const told: readonly number[] = JSON.parse(line);
      this.told.push(told);
    });
    this.ended = new Promise((resolve) => {
      child.once('exit', () => resolve());
    });
  }

  get lanes(): readonly number[] {
    return this.told.at(-1) ?? [];
  }

  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }

  /** Lets it leave. */
  async end(): Promise<void> {
    this.#child.stdin?.end();
    await this.ended;
  }
}
