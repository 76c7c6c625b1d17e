/**
 * Which keys may have nothing left to keep, by time. Lives in memory beside a store and is built
 * from it when the store is first used.
 */
import type { KeyValueStore } from '@millrace/streams';
import { activityEndsMs } from './detect-payment';
import type { KeyActivity } from './key-activity';

/** Keys in buckets of time. A key stays in its bucket until that is due, then it is looked at. */
export class QuietKeys {
  readonly #buckets = new Map<number, string[]>();

  constructor(
    private readonly store: KeyValueStore<KeyActivity>,
    private readonly options: { readonly keepMs: number; readonly bucketMs: number },
  ) {
    for (const [key, activity] of store.entries()) this.add(key, activity);
  }

  /** Takes note of a key that was not in the store before. */
  add(key: string, activity: KeyActivity): void {
    const { bucketMs, keepMs } = this.options;
    const bucket = Math.floor(activityEndsMs(activity, keepMs) / bucketMs);
    const keys = this.#buckets.get(bucket);
    if (keys === undefined) this.#buckets.set(bucket, [key]);
    else keys.push(key);
  }

  /** Deletes every key of which nothing is left at this time. Costs nothing for active keys. */
  sweep(nowMs: number): void {
    const { bucketMs, keepMs } = this.options;
    const due = Math.floor(nowMs / bucketMs);
    for (const bucket of [...this.#buckets.keys()].filter((start) => start < due)) {
      const keys = this.#buckets.get(bucket) ?? [];
      this.#buckets.delete(bucket);
      for (const key of keys) {
        const activity = this.store.get(key);
        if (activity === undefined) continue;
        if (activityEndsMs(activity, keepMs) <= nowMs) this.store.delete(key);
        else this.add(key, activity);
      }
    }
  }
}
