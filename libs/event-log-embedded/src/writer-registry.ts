/**
 * Writers by their stable ids: epochs that survive a restart, and who is fenced.
 */
import { checkWriterId } from '@millrace/event-log';
import type { CommitRequest } from './commit-queue';
import { endOfKind, namedKey, namesInKey } from './level-keys';
import type { LevelStore } from './level-store';

const ALL = { entries: 1_000_000, bytes: 64 * 1_048_576 };

/** The epochs of all writers. */
export class WriterRegistry {
  readonly #epochs = new Map<string, number>();

  static async open(store: LevelStore): Promise<WriterRegistry> {
    const registry = new WriterRegistry();
    for (const [key, value] of await store.range(namedKey('w'), endOfKind('w'), ALL)) {
      registry.#epochs.set(namesInKey(key).join('\u0000'), Number(value.toString()));
    }
    return registry;
  }

  /** -1 for an id that was never opened. */
  epochOf(writerId: string): number {
    return this.#epochs.get(writerId) ?? -1;
  }

  /**
   * The next epoch of an id. The predecessor is fenced when this returns: what it has asked for
   * before stands in the commit queue ahead of the request that is returned here.
   */
  raise(writerId: string): { readonly epoch: number; readonly request: CommitRequest } {
    checkWriterId(writerId);
    const before = this.epochOf(writerId);
    const epoch = before + 1;
    this.#epochs.set(writerId, epoch);
    const key = namedKey('w', writerId);
    const old = before < 0 ? undefined : Buffer.from(String(before));
    return {
      epoch,
      request: {
        changes: [{ key, value: Buffer.from(String(epoch)) }],
        undo: [{ key, value: old }],
      },
    };
  }
}
