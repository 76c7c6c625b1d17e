/** What is known of the cluster: brokers, and the leaders of the partitions that are of interest. */
import type { TopicPartition } from '@millrace/event-log';
import type { ApiCall } from '../wire/api-call';
import {
  type BrokerAddress,
  type MetadataAnswer,
  metadataCall,
  type PartitionPlace,
} from '../wire/cluster-calls';
import { KafkaClusterChangedError } from '../wire/request-failed.errors';

/** Sends a request to any broker that answers. */
export type SendToAny = <T>(call: ApiCall<T>) => Promise<T>;

/** A topic as it was described last. */
export interface KnownTopic {
  /** By partition number, without gaps. */
  readonly partitions: readonly PartitionPlace[];
}

/** A cache with one refresh at a time; whoever meets a stale entry asks for a refresh. */
export class ClusterMetadata {
  #brokers: ReadonlyMap<number, BrokerAddress> = new Map();
  #topics = new Map<string, KnownTopic>();
  #wanted = new Set<string>();
  #refreshing: Promise<void> | undefined;
  #clusterId = '';
  readonly #send: SendToAny;

  constructor(send: SendToAny) {
    this.#send = send;
  }

  get clusterId(): string {
    return this.#clusterId;
  }

  /** All brokers that are up, as last seen. */
  brokers(): readonly BrokerAddress[] {
    return [...this.#brokers.values()];
  }

  addressOf(nodeId: number): string | undefined {
    const broker = this.#brokers.get(nodeId);
    return broker === undefined ? undefined : `${broker.host}:${broker.port}`;
  }

  /** Undefined: it does not exist, as last seen. Known after {@link learn}. */
  topic(name: string): KnownTopic | undefined {
    return this.#topics.get(name);
  }

  /** Leader's node id; undefined while there is none or the partition is not known. */
  leaderOf(at: TopicPartition): number | undefined {
    const leader = this.#topics.get(at.topic)?.partitions[at.partition]?.leader;
    return leader === undefined || leader < 0 ? undefined : leader;
  }

  /** Makes topics known; asks the cluster when one of them is not. */
  async learn(topics: Iterable<string>): Promise<void> {
    const missing = [...topics].filter((name) => !this.#topics.has(name));
    if (missing.length === 0 && this.#brokers.size > 0) return;
    for (const name of missing) this.#wanted.add(name);
    // A refresh that has begun already may not have asked for these.
    await this.#refreshing;
    if (missing.some((name) => !this.#topics.has(name)) || this.#brokers.size === 0) {
      await this.refresh();
    }
    for (const name of missing) if (!this.#topics.has(name)) this.#wanted.delete(name);
  }

  /** Asks the cluster about all topics that were ever learned; joins a refresh that runs. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** Every topic of the cluster; not kept. */
  async all(): Promise<MetadataAnswer> {
    const answer = await this.#send(metadataCall([]));
    this.#takeBrokers(answer);
    return answer;
  }

  async #refresh(): Promise<void> {
    const asked = this.#wanted.size === 0 ? ['.'] : [...this.#wanted];
    const answer = await this.#send(metadataCall(asked));
    this.#takeBrokers(answer);
    for (const { topic, topicErrorCode, partitionMetadata } of answer.topicMetadata) {
      if (topicErrorCode === UNKNOWN_TOPIC) this.#topics.delete(topic);
      if (topicErrorCode !== 0) continue;
      const partitions = [...partitionMetadata].sort((a, b) => a.partitionId - b.partitionId);
      this.#topics.set(topic, { partitions });
    }
  }

  // Positions and writers of one cluster mean nothing in another that got its addresses.
  #takeBrokers(answer: MetadataAnswer): void {
    if (this.#clusterId !== '' && this.#clusterId !== answer.clusterId) {
      throw new KafkaClusterChangedError(this.#clusterId, answer.clusterId);
    }
    this.#clusterId = answer.clusterId;
    this.#brokers = new Map(answer.brokers.map((broker) => [broker.nodeId, broker]));
  }
}

const UNKNOWN_TOPIC = 3;
