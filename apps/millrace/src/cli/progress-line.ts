/**
 * Progress of long work: one line that is rewritten on a terminal, a line every ten seconds elsewhere.
 */

/** Where progress goes: standard error, so that standard output stays data. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const TERMINAL_EVERY_MS = 100;
const PLAIN_EVERY_MS = 10_000;

/** Shows the latest of many texts, not more often than can be read. */
export class ProgressLine {
  #shownAtMs = Number.NEGATIVE_INFINITY;
  #open = false;

  /** @param elapsedMs a monotonic time in ms */
  constructor(
    private readonly output: ProgressOutput,
    private readonly elapsedMs: () => number,
  ) {}

  show(text: string): void {
    const terminal = this.output.isTTY === true;
    const nowMs = this.elapsedMs();
    if (nowMs - this.#shownAtMs < (terminal ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS)) return;
    this.#shownAtMs = nowMs;
    this.#open = terminal;
    this.output.write(terminal ? `\r\u001B[2K${text}` : `${text}\n`);
  }

  /** Writes a whole line that stays, the progress continuing below it. */
  say(text: string): void {
    this.end();
    this.output.write(`${text}\n`);
  }

  /** Takes the line away, so that something else can be written. */
  end(): void {
    if (this.#open) this.output.write('\r\u001B[2K');
    this.#open = false;
    this.#shownAtMs = Number.NEGATIVE_INFINITY;
  }
}

/** Rate and time left of work of which a share is done. */
export class Pace {
  readonly #startedAtMs: number;

  constructor(private readonly elapsedMs: () => number) {
    this.#startedAtMs = elapsedMs();
  }

  get spentMs(): number {
    return this.elapsedMs() - this.#startedAtMs;
  }

  /** Units a second since the start. */
  rate(done: number): number {
    return this.spentMs === 0 ? 0 : (done * 1_000) / this.spentMs;
  }

  /** @param share 0 to 1; undefined while nothing is done */
  leftMs(share: number): number | undefined {
    return share <= 0 ? undefined : (this.spentMs * (1 - share)) / share;
  }
}
