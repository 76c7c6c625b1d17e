/**
 * Who waits until a view has passed a position.
 */

interface Waiter {
  readonly lane: number;
  readonly offset: number;
  readonly resolve: () => void;
}

/** Waiters of one view. */
export class PositionWaiters {
  readonly #waiters = new Set<Waiter>();

  /** Resolves true when `lane` stands at `offset` or behind it; false when `signal` aborts. */
  wait(lane: number, offset: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(false);
      const end = (passed: boolean): void => {
        this.#waiters.delete(waiter);
        signal.removeEventListener('abort', onAbort);
        resolve(passed);
      };
      const onAbort = (): void => end(false);
      const waiter = { lane, offset, resolve: () => end(true) };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiters.add(waiter);
    });
  }

  moved(lane: number, next: number): void {
    for (const waiter of this.#waiters) {
      if (waiter.lane === lane && next >= waiter.offset) waiter.resolve();
    }
  }
}
