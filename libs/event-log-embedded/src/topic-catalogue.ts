/**
 * The topics of a log as they stand in LevelDB, and their partitions.
 */
import {
  checkTopicSpec,
  type RecordToAppend,
  TopicMismatchError,
  type TopicPartition,
  type TopicSpec,
  TopicUnknownError,
} from '@millrace/event-log';
import { endOfKind, namedKey, namesInKey } from './level-keys';
import type { Change, LevelStore } from './level-store';
import { type PartitionBounds, PartitionLog, type PartitionSurroundings } from './partition-log';
import type { SinkTarget } from './record-sink';

/** A topic with its number in keys. */
interface KeptTopic {
  readonly id: number;
  readonly spec: TopicSpec;
  readonly targets: readonly SinkTarget[];
}

const MAX_TOPICS = 65_535;
const ALL = { entries: MAX_TOPICS, bytes: 64 * 1_048_576 };

/** The catalogue. */
export class TopicCatalogue {
  readonly #topics = new Map<string, KeptTopic>();
  readonly #around: PartitionSurroundings;

  private constructor(surroundings: PartitionSurroundings) {
    this.#around = surroundings;
  }

  static async open(surroundings: PartitionSurroundings): Promise<TopicCatalogue> {
    const catalogue = new TopicCatalogue(surroundings);
    const { store } = surroundings;
    const bounds = await boundsByPartition(store);
    for (const [, value] of await store.range(namedKey('t'), endOfKind('t'), ALL)) {
      const { id, spec }: KeptTopic = JSON.parse(value.toString());
      await catalogue.#keep(id, spec, bounds);
    }
    return catalogue;
  }

  /** Ascending by name. */
  specs(): readonly TopicSpec[] {
    return [...this.#topics.values()]
      .map(({ spec }) => spec)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  spec(topic: string): TopicSpec {
    const found = this.#topics.get(topic);
    if (found === undefined) throw new TopicUnknownError({ topic, partition: 0 });
    return found.spec;
  }

  partition(at: TopicPartition): PartitionLog {
    return this.#target(at).partition;
  }

  partitions(): readonly { readonly spec: TopicSpec; readonly partition: PartitionLog }[] {
    return [...this.#topics.values()].flatMap(({ spec, targets }) =>
      targets.map(({ partition }) => ({ spec, partition })),
    );
  }

  readonly targetOf = (record: RecordToAppend): SinkTarget => this.#target(record);

  /**
   * Declares topics.
   * @param write makes the changes durable
   * @throws TopicMismatchError, InvalidRecordError: nothing was changed
   */
  async ensure(
    topics: readonly TopicSpec[],
    write: (changes: readonly Change[]) => Promise<unknown>,
  ): Promise<void> {
    for (const topic of topics) this.#check(topic);
    let id = Math.max(0, ...[...this.#topics.values()].map((kept) => kept.id));
    const wanted = new Map(topics.map((topic) => [topic.name, plain(topic)]));
    const changed: { id: number; spec: TopicSpec }[] = [];
    for (const spec of wanted.values()) {
      const kept = this.#topics.get(spec.name);
      if (kept?.spec.retentionMs === spec.retentionMs) continue;
      changed.push({ id: kept?.id ?? ++id, spec });
    }
    if (changed.length === 0) return;
    await write(
      changed.map((topic) => ({
        key: namedKey('t', topic.spec.name),
        value: Buffer.from(JSON.stringify(topic)),
      })),
    );
    for (const topic of changed) await this.#keep(topic.id, topic.spec, new Map());
  }

  #target({ topic, partition }: TopicPartition): SinkTarget {
    const target = this.#topics.get(topic)?.targets[partition];
    if (target === undefined) throw new TopicUnknownError({ topic, partition });
    return target;
  }

  #check(topic: TopicSpec): void {
    checkTopicSpec(topic);
    const kept = this.#topics.get(topic.name);
    if (kept === undefined) return;
    for (const setting of ['partitions', 'cleanup'] as const) {
      const difference = { found: kept.spec[setting], wanted: topic[setting] };
      if (difference.found !== difference.wanted) {
        throw new TopicMismatchError(topic.name, setting, difference);
      }
    }
  }

  async #keep(
    id: number,
    spec: TopicSpec,
    bounds: ReadonlyMap<string, PartitionBounds>,
  ): Promise<void> {
    const kept = this.#topics.get(spec.name);
    const targets: SinkTarget[] = [...(kept?.targets ?? [])];
    for (let number = targets.length; number < spec.partitions; number++) {
      const place = { topic: spec.name, partition: number, topicId: id };
      const known = bounds.get(`${id}/${number}`);
      const partition = await PartitionLog.open(place, this.#around, known);
      targets.push({ partition, needsKey: spec.cleanup !== 'delete' });
    }
    this.#topics.set(spec.name, { id, spec, targets });
  }
}

/** The change that stores a partition's bounds. */
export const boundsChange = (partition: PartitionLog, bounds: PartitionBounds): Change => ({
  key: namedKey('p', String(partition.topicId), String(partition.partition)),
  value: Buffer.from(JSON.stringify(bounds)),
});

const boundsByPartition = async (
  store: LevelStore,
): Promise<ReadonlyMap<string, PartitionBounds>> => {
  const bounds = new Map<string, PartitionBounds>();
  for (const [key, value] of await store.range(namedKey('p'), endOfKind('p'), MANY)) {
    bounds.set(namesInKey(key).join('/'), JSON.parse(value.toString()));
  }
  return bounds;
};

const MANY = { entries: 1_000_000, bytes: 256 * 1_048_576 };

const plain = ({ name, partitions, cleanup, retentionMs }: TopicSpec): TopicSpec => ({
  name,
  partitions,
  cleanup,
  retentionMs,
});
