/**
 * Order from a seed: whoever waits for a turn is called in an order that the seed decides. It runs
 * on microtasks alone, so it needs no timers and no harness that pumps it.
 */
import type { SeededRandom } from './seeded-random';

// Between two turns everybody who was called runs on to the next wait; this many microtasks are
// enough for the layers of awaits above the log, so that they compete for the next turn.
const SETTLE_MICROTASKS = 12;

/** Hands out turns. */
export class SeededScheduler {
  readonly #random: SeededRandom;
  readonly #waiting: (() => void)[] = [];
  #running = false;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** Resolves when it is the caller's turn. */
  turn(): Promise<void> {
    return new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let i = 0; i < SETTLE_MICROTASKS; i++) await undefined;
    while (this.#waiting.length > 0) {
      const [call] = this.#waiting.splice(this.#random.below(this.#waiting.length), 1);
      call?.();
      for (let i = 0; i < SETTLE_MICROTASKS; i++) await undefined;
    }
    this.#running = false;
  }
}
