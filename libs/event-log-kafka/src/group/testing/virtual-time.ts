/** Time that is moved by hand: between two of its moments everything that can run has run. */
import type { MemberTime } from '../coordinator.port';

interface Alarm {
  readonly atMs: number;
  readonly ring: () => void;
}

/** See the top of the file. Alarms of one moment ring in the order in which they were set. */
export class VirtualTime implements MemberTime {
  #nowMs = 0;
  /** Latest first, so that the next one is taken from the end. */
  readonly #alarms: Alarm[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  pause(waitMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const ring = (): void => {
        this.#cancel(alarm);
        signal?.removeEventListener('abort', ring);
        resolve();
      };
      const alarm: Alarm = { atMs: this.#nowMs + Math.max(0, waitMs), ring };
      this.#set(alarm);
      signal?.addEventListener('abort', ring);
    });
  }

  /** Lets this much time pass. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await turn();
    for (let next = this.#next(); next !== undefined && next.atMs <= endMs; next = this.#next()) {
      this.#nowMs = next.atMs;
      next.ring();
      await turn();
    }
    this.#nowMs = endMs;
  }

  /** Lets time pass, a second at a time, until this holds. @returns whether it did within `limitMs` */
  async reached(condition: () => boolean, limitMs: number): Promise<boolean> {
    const endMs = this.#nowMs + limitMs;
    while (!condition() && this.#nowMs < endMs) await this.advance(1_000);
    return condition();
  }

  /** Lets time pass until this resolves. @throws Error it does not within `limitMs` */
  async until<T>(promise: Promise<T>, limitMs = 120_000): Promise<T> {
    const endMs = this.#nowMs + limitMs;
    let isDone = false;
    const done = (): void => {
      isDone = true;
    };
    promise.then(done, done);
    await turn();
    for (let next = this.#next(); !isDone && next !== undefined; next = this.#next()) {
      if (next.atMs > endMs) break;
      this.#nowMs = next.atMs;
      next.ring();
      await turn();
    }
    if (!isDone) throw new Error(`not done after ${limitMs} ms`);
    return promise;
  }

  #next(): Alarm | undefined {
    return this.#alarms.at(-1);
  }

  #set(alarm: Alarm): void {
    let low = 0;
    let high = this.#alarms.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#alarms[middle]?.atMs ?? 0) > alarm.atMs) low = middle + 1;
      else high = middle;
    }
    this.#alarms.splice(low, 0, alarm);
  }

  #cancel(alarm: Alarm): void {
    const at = this.#alarms.lastIndexOf(alarm);
    if (at >= 0) this.#alarms.splice(at, 1);
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
