/**
 * Which keys have state at which point in time, in order of time. Lives in memory beside a store
 * and is rebuilt from it at start.
 */
import type { EpochMs } from '@millrace/event-log';

/** Keys by start, starts ascending. */
export class WindowIndex {
  readonly #keys = new Map<EpochMs, Set<string>>();
  // Ascending. Records come nearly in order, so almost every insertion is at the end.
  readonly #starts: EpochMs[] = [];

  add(startMs: EpochMs, key: string): void {
    const keys = this.#keys.get(startMs);
    if (keys !== undefined) {
      keys.add(key);
      return;
    }
    this.#keys.set(startMs, new Set([key]));
    let at = this.#starts.length;
    while (at > 0 && (this.#starts[at - 1] ?? 0) > startMs) at -= 1;
    this.#starts.splice(at, 0, startMs);
  }

  remove(startMs: EpochMs, key: string): void {
    const keys = this.#keys.get(startMs);
    if (keys === undefined || !keys.delete(key) || keys.size > 0) return;
    this.#keys.delete(startMs);
    this.#starts.splice(this.#starts.indexOf(startMs), 1);
  }

  /** Ascending. */
  get starts(): readonly EpochMs[] {
    return this.#starts;
  }

  get firstStartMs(): EpochMs | undefined {
    return this.#starts[0];
  }

  /** Keys at one start, sorted: the order of results must not depend on the order of arrival. */
  keysAt(startMs: EpochMs): readonly string[] {
    return [...(this.#keys.get(startMs) ?? [])].sort();
  }

  /** Takes out the oldest start if it is at or before the limit. */
  takeUpTo(limitMs: EpochMs): { startMs: EpochMs; keys: readonly string[] } | undefined {
    const startMs = this.#starts[0];
    if (startMs === undefined || startMs > limitMs) return undefined;
    const keys = this.keysAt(startMs);
    this.#starts.shift();
    this.#keys.delete(startMs);
    return { startMs, keys };
  }
}

/** Store key of a window of a key. */
export const windowKey = (startMs: EpochMs, key: string): string => `${startMs}/${key}`;

/** The parts of a store key made by `windowKey`. */
export const parseWindowKey = (stored: string): { startMs: EpochMs; key: string } => {
  const slash = stored.indexOf('/');
  return { startMs: Number(stored.slice(0, slash)), key: stored.slice(slash + 1) };
};
