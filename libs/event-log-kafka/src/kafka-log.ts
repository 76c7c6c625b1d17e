/**
 * The event log on Kafka: the port put together from topics, writers, readers and groups that share
 * one cluster.
 */
import {
  type CommitReceipt,
  type EventLog,
  type GroupMembership,
  type GroupOptions,
  InvalidRecordError,
  LogClosedError,
  type LogReader,
  type PartitionOffsets,
  type Position,
  type RecordToAppend,
  type TopicPartition,
  type TopicSpec,
} from '@millrace/event-log';
import type { KafkaCluster } from './cluster/kafka-cluster';
import { openCluster } from './cluster/open-cluster';
import { prepareCompression } from './compression/codecs';
import { KafkaGroups } from './group/kafka-groups';
import type { KafkaLogOptions } from './kafka-options';
import type { LogParts } from './log-parts';
import { Names } from './names';
import type { Finding } from './preflight/finding';
import { type PreflightOptions, preflight } from './preflight/preflight';
import { type KafkaReader, openKafkaReader } from './read/kafka-reader';
import { offsetsOf } from './read/partition-offsets';
import { readIncarnation } from './topics/incarnation';
import { TopicAdmin } from './topics/topic-admin';
import { KafkaAppender } from './write/kafka-appender';
import { type KafkaWriter, openKafkaWriter } from './write/kafka-writer';

const NAMESPACE = /^[a-z0-9._-]{0,50}$/;

interface Assembly {
  readonly parts: LogParts;
  readonly topics: TopicAdmin;
  readonly incarnation: string;
}

/** The log of one cluster and namespace; made by {@link openKafkaLog}. */
export class KafkaLog implements EventLog {
  readonly incarnation: string;
  readonly #parts: LogParts;
  readonly #topics: TopicAdmin;
  readonly #groups: KafkaGroups;
  readonly #appender: KafkaAppender;
  readonly #readers = new Set<KafkaReader>();
  readonly #writers = new Set<KafkaWriter>();
  #closing: Promise<void> | undefined;

  /** @internal */
  constructor({ parts, topics, incarnation }: Assembly) {
    this.incarnation = incarnation;
    this.#parts = parts;
    this.#topics = topics;
    this.#groups = new KafkaGroups(parts);
    this.#appender = new KafkaAppender(parts);
  }

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    this.#checkOpen();
    await this.#topics.ensureTopics(topics);
  }

  async topics(): Promise<readonly TopicSpec[]> {
    this.#checkOpen();
    return this.#topics.topics();
  }

  /**
   * What is unsafe or worth knowing about the cluster and the topics of the log that exist; those
   * that refuse first. See `refuseUnsafe`.
   * @param specs every topic of the log
   */
  async preflight(
    specs: readonly TopicSpec[],
    options?: PreflightOptions,
  ): Promise<readonly Finding[]> {
    this.#checkOpen();
    const { cluster, names } = this.#parts;
    return preflight({ cluster, names, topics: this.#topics }, specs, options);
  }

  async offsets(partitions: readonly TopicPartition[]): Promise<readonly PartitionOffsets[]> {
    this.#checkOpen();
    return offsetsOf(this.#parts, partitions);
  }

  async openWriter(writerId: string): Promise<KafkaWriter> {
    this.#checkOpen();
    const onClose = (closed: KafkaWriter): void => void this.#writers.delete(closed);
    const writer = await openKafkaWriter(this.#parts, { writerId, onClose });
    this.#writers.add(writer);
    if (this.#closing !== undefined) await writer.close();
    return writer;
  }

  async append(records: readonly RecordToAppend[]): Promise<CommitReceipt> {
    this.#checkOpen();
    return this.#appender.append(records);
  }

  async openReader(positions: readonly Position[]): Promise<LogReader> {
    this.#checkOpen();
    const onClose = (closed: KafkaReader): void => void this.#readers.delete(closed);
    const reader = await openKafkaReader(this.#parts, positions, { onClose });
    this.#readers.add(reader);
    if (this.#closing !== undefined) await reader.close();
    return reader;
  }

  async joinGroup(options: GroupOptions): Promise<GroupMembership> {
    this.#checkOpen();
    return this.#groups.join(options);
  }

  async publishGroupPositions(groupId: string, positions: readonly Position[]): Promise<void> {
    this.#checkOpen();
    await this.#groups.publish(groupId, positions);
  }

  async groupPositions(groupId: string): Promise<readonly Position[]> {
    this.#checkOpen();
    return this.#groups.positions(groupId);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  // A member whose `onRevoked` fails is told so at the end: everything is given back whatever happens.
  async #close(): Promise<void> {
    const [left] = await Promise.allSettled([this.#groups.close()]);
    for (const reader of [...this.#readers]) await reader.close();
    await Promise.allSettled([...this.#writers].map((writer) => writer.close()));
    await this.#appender.close();
    this.#parts.cluster.close();
    if (left.status === 'rejected') throw left.reason;
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw new LogClosedError();
  }
}

/**
 * Opens the log of a namespace in a Kafka cluster; its topics are made by `ensureTopics`.
 *
 * @throws KafkaUnreachableError, KafkaAuthenticationError, KafkaTlsError
 * @throws KafkaVersionUnsupportedError, KafkajsMismatchError
 * @throws InvalidRecordError a namespace that is not 0 to 50 characters of `a-z 0-9 . - _`
 */
export const openKafkaLog = async (options: KafkaLogOptions): Promise<KafkaLog> => {
  const namespace = options.namespace ?? '';
  if (!NAMESPACE.test(namespace)) {
    throw new InvalidRecordError(`namespace ${JSON.stringify(namespace)} is not allowed`);
  }
  await prepareCompression();
  const cluster = await openCluster(options);
  try {
    return new KafkaLog(await assemble(cluster, options, new Names(namespace)));
  } catch (error) {
    cluster.close();
    throw error;
  }
};

const assemble = async (
  cluster: KafkaCluster,
  options: KafkaLogOptions,
  names: Names,
): Promise<Assembly> => {
  const topics = new TopicAdmin(cluster, names, options.topicSettings ?? {});
  const parts: LogParts = {
    cluster,
    names,
    topics,
    clock: options.clock,
    compression: options.compression ?? 'none',
    rackId: options.rackId ?? '',
  };
  const incarnation = await readIncarnation({ ...parts, topics });
  return { parts, topics, incarnation };
};
