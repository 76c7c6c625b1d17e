/**
 * Positions that groups publish for lag tools.
 */
import { InvalidRecordError, type Position } from '@millrace/event-log';
import { endOfKind, namedKey, namesInKey } from './level-keys';
import type { Change, LevelStore } from './level-store';

const ALL = { entries: 1_000_000, bytes: 64 * 1_048_576 };

/** Published positions, by group. */
export class PublishedPositions {
  readonly #groups = new Map<string, Map<string, Position>>();

  static async open(store: LevelStore): Promise<PublishedPositions> {
    const published = new PublishedPositions();
    for (const [key, value] of await store.range(namedKey('g'), endOfKind('g'), ALL)) {
      const [groupId = '', topic = '', partition = ''] = namesInKey(key);
      const offset = Number(value.toString());
      published.#keep(groupId, { topic, partition: Number(partition), offset });
    }
    return published;
  }

  /** Ascending by topic, then partition. */
  of(groupId: string): readonly Position[] {
    return [...(this.#groups.get(groupId)?.values() ?? [])].sort((a, b) =>
      a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1,
    );
  }

  /** @throws InvalidRecordError an offset that is none */
  set(groupId: string, positions: readonly Position[]): readonly Change[] {
    for (const { topic, partition, offset } of positions) {
      if (!Number.isSafeInteger(offset) || offset < 0) {
        throw new InvalidRecordError(`${topic}/${partition}: ${offset} is not an offset`);
      }
    }
    return positions.map(({ topic, partition, offset }) => {
      this.#keep(groupId, { topic, partition, offset });
      const key = namedKey('g', groupId, topic, String(partition));
      return { key, value: Buffer.from(String(offset)) };
    });
  }

  #keep(groupId: string, position: Position): void {
    const group = this.#groups.get(groupId) ?? new Map<string, Position>();
    this.#groups.set(groupId, group);
    group.set(`${position.topic}/${position.partition}`, position);
  }
}
