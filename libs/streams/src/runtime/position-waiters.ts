/**
 * Who waits until lanes have committed past positions.
 */
import type { Position } from '@millrace/event-log';

interface Waiter {
  readonly position: Position;
  readonly resolve: () => void;
}

/** Waiters of one runner. */
export class PositionWaiters {
  readonly #waiters = new Set<Waiter>();

  /** Resolves true once `moved` tells of this offset or one behind it; false on the signal. */
  wait(position: Position, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(false);
      const end = (passed: boolean): void => {
        this.#waiters.delete(waiter);
        signal.removeEventListener('abort', onAbort);
        resolve(passed);
      };
      const onAbort = (): void => end(false);
      const waiter = { position, resolve: () => end(true) };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiters.add(waiter);
    });
  }

  /** Inputs were committed up to here. */
  moved(positions: readonly Position[]): void {
    if (this.#waiters.size === 0) return;
    for (const { position, resolve } of [...this.#waiters]) {
      if (isPast(positions, position)) resolve();
    }
  }
}

/** Whether the position of the same topic and partition stands at `wanted` or behind it. */
export const isPast = (positions: readonly Position[], wanted: Position): boolean =>
  positions.some(
    ({ topic, partition, offset }) =>
      topic === wanted.topic && partition === wanted.partition && offset >= wanted.offset,
  );
