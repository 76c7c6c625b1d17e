/**
 * Topics of one log in the cluster: made as declared, compared with what is there, listed. Also what
 * readers and writers know of them.
 */
import { checkTopicSpec, TopicMismatchError, type TopicSpec } from '@millrace/event-log';
import { type KafkaCluster, unavailable } from '../cluster/kafka-cluster';
import type { KafkaTopicSettings } from '../kafka-options';
import type { Names } from '../names';
import { metadataCall, type PartitionPlace } from '../wire/cluster-calls';
import { RequestFailedError } from '../wire/request-failed.errors';
import { createTopics } from './create-topics';
import { describeTopics } from './describe-topics';
import { INTERNAL_TOPICS } from './internal-topics';
import { judgeAdministration } from './judge-administration';
import type { TopicRegistry } from './topic-registry.port';
import { type Settings, settingsOf, specOf, topicSetting } from './topic-settings';

/** What a topic's declaration is read from. */
const DECLARING = [topicSetting.cleanup, topicSetting.retentionMs];

/** See the top of the file. Names are the port's; those in the cluster carry the namespace. */
export class TopicAdmin implements TopicRegistry {
  readonly #cluster: KafkaCluster;
  readonly #names: Names;
  readonly #options: KafkaTopicSettings;
  readonly #known = new Map<string, TopicSpec>();
  readonly #made = new Set<string>();

  constructor(cluster: KafkaCluster, names: Names, options: KafkaTopicSettings) {
    this.#cluster = cluster;
    this.#names = names;
    this.#options = options;
  }

  known(topic: string): TopicSpec | undefined {
    return this.#known.get(topic);
  }

  async learn(topics: Iterable<string>): Promise<void> {
    const unknown = [...topics].filter((topic) => !this.#known.has(topic));
    if (unknown.length > 0) await this.#read(unknown);
  }

  /** Whether this process has created the topic. */
  hasMade(topic: string): boolean {
    return this.#made.has(topic);
  }

  /**
   * Creates what is missing and waits until every partition has a leader.
   * @throws TopicMismatchError partitions or cleanup are not as declared
   * @throws TopicRefusedError the brokers will not make one
   * @throws InvalidRecordError a declaration breaks the rules
   */
  async ensureTopics(specs: readonly TopicSpec[]): Promise<void> {
    for (const spec of specs) checkTopicSpec(spec);
    if (specs.length === 0) return;
    const names = specs.map(({ name }) => name);
    await this.#read(names);
    const missing = specs.filter(({ name }) => !this.#known.has(name));
    if (missing.length > 0) {
      await this.#create(missing);
      await this.#read(missing.map(({ name }) => name));
    }
    for (const spec of specs) this.#compare(spec);
    await this.#awaitLeaders(names);
  }

  /** All topics of the namespace but internal ones, ascending by name. */
  async topics(): Promise<readonly TopicSpec[]> {
    const { topicMetadata } = await this.#asking('listing topics', () =>
      this.#cluster.metadata.all(),
    );
    const ours = topicMetadata.flatMap(({ topic, isInternal, partitionMetadata }) => {
      const name = this.#names.logical(topic);
      const isHidden = isInternal || name === undefined || INTERNAL_TOPICS.has(name);
      return isHidden ? [] : [{ topic, name, partitions: partitionMetadata.length }];
    });
    const settings = await describeTopics(this.#cluster, {
      topics: ours.map(({ topic }) => topic),
      settings: DECLARING,
    });
    return ours
      .flatMap(({ topic, name, partitions }) => {
        const found = settings.get(topic);
        return found === undefined ? [] : [specOf(name, partitions, found)];
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  // Afterwards those that exist are known as they are now, and the others are not.
  async #read(names: readonly string[]): Promise<void> {
    const physical = names.map((name) => this.#names.physical(name));
    const { metadata } = this.#cluster;
    await this.#asking('reading topics', async () => {
      await metadata.learn(physical);
      await metadata.refresh();
    });
    const existing = physical.filter((topic) => metadata.topic(topic) !== undefined);
    const wanted = { topics: existing, settings: DECLARING };
    const settings: ReadonlyMap<string, Settings> =
      existing.length === 0 ? new Map() : await describeTopics(this.#cluster, wanted);
    for (const name of names) {
      const topic = this.#names.physical(name);
      const partitions = metadata.topic(topic)?.partitions.length;
      const found = settings.get(topic);
      if (found === undefined || partitions === undefined) this.#known.delete(name);
      else this.#known.set(name, specOf(name, partitions, found));
    }
  }

  async #create(specs: readonly TopicSpec[]): Promise<void> {
    const { replicationFactor: wanted, config } = this.#options;
    const { maxBatchBytes } = this.#cluster.limits;
    const missing = specs.map((spec) => ({
      topic: this.#names.physical(spec.name),
      partitions: spec.partitions,
      settings: (replicationFactor: number) =>
        settingsOf(spec, { replicationFactor, maxBatchBytes, config }),
    }));
    await createTopics(this.#cluster, missing, wanted);
    for (const { name } of specs) this.#made.add(name);
    await this.#awaitEverywhere(specs.map(({ name }) => name));
  }

  #compare(spec: TopicSpec): void {
    const found = this.#known.get(spec.name);
    for (const setting of ['partitions', 'cleanup'] as const) {
      if (found?.[setting] === spec[setting]) continue;
      const difference = { found: found?.[setting], wanted: spec[setting] };
      throw new TopicMismatchError(spec.name, setting, difference);
    }
  }

  async #awaitLeaders(names: readonly string[]): Promise<void> {
    const { metadata } = this.#cluster;
    const physical = names.map((name) => this.#names.physical(name));
    await this.#asking('waiting for the leaders of topics', async (attempt) => {
      await metadata.learn(physical);
      if (attempt > 1) await metadata.refresh();
      for (const topic of physical) checkLed(topic, metadata.topic(topic)?.partitions);
    });
  }

  // Brokers learn of a new topic one after the other: asked too early, one denies that it exists.
  async #awaitEverywhere(names: readonly string[]): Promise<void> {
    const physical = names.map((name) => this.#names.physical(name));
    await this.#asking('waiting for new topics', async () => {
      const brokers = this.#cluster.metadata.brokers();
      await Promise.all(brokers.map(({ nodeId }) => this.#checkKnownTo(nodeId, physical)));
    });
  }

  async #checkKnownTo(nodeId: number, physical: readonly string[]): Promise<void> {
    const answer = await this.#cluster
      .send(nodeId, metadataCall(physical))
      .catch((error: unknown) => {
        // One that is down learns of them before it serves again.
        if (error instanceof RequestFailedError && error.kind !== 'protocol') return undefined;
        throw error;
      });
    for (const { topic, topicErrorCode, partitionMetadata } of answer?.topicMetadata ?? []) {
      checkLed(topic, topicErrorCode === 0 ? partitionMetadata : undefined);
    }
  }

  #asking<T>(operation: string, attempt: (attempt: number) => Promise<T>): Promise<T> {
    return this.#cluster.retrying({ operation, attempt, judge: judgeAdministration });
  }
}

/** @throws LogUnavailableError a partition has no leader, or the topic is not known */
const checkLed = (topic: string, places: readonly PartitionPlace[] = []): void => {
  const isLed = places.length > 0 && places.every(({ leader }) => leader >= 0);
  if (!isLed) throw unavailable(`topic ${topic}`, undefined);
};
