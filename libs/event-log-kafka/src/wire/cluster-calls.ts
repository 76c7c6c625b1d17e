/** Requests about the cluster: who leads what, where partitions begin and end, topics, settings. */
import { requests } from 'kafkajs/src/protocol/requests';
import { type ApiCall, kafkaJsCall } from './api-call';
import { apiKeys } from './api-keys';
import { checkCode } from './protocol-errors';

/** A broker as the cluster describes it. */
export interface BrokerAddress {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
}

/** One partition's place; `leader` is -1 while there is none. */
export interface PartitionPlace {
  readonly partitionErrorCode: number;
  readonly partitionId: number;
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
}

/** Answer of a metadata request; error codes of topics and partitions are the caller's to judge. */
export interface MetadataAnswer {
  readonly brokers: readonly BrokerAddress[];
  readonly clusterId: string;
  readonly controllerId: number;
  readonly topicMetadata: readonly {
    readonly topicErrorCode: number;
    readonly topic: string;
    readonly isInternal: boolean;
    readonly partitionMetadata: readonly PartitionPlace[];
  }[];
}

/** @param topics physical names; empty asks for all topics of the cluster */
export const metadataCall = (topics: readonly string[]): ApiCall<MetadataAnswer> =>
  kafkaJsCall<MetadataAnswer, MetadataAnswer>({
    name: 'Metadata',
    apiKey: apiKeys.metadata,
    api: requests['Metadata'],
    params: { topics, allowAutoTopicCreation: false },
    fromVersion: 5,
    read: (answer) => answer,
  });

/** What a coordinator is wanted for. */
export type CoordinatorKind = 'group' | 'transaction';

/** @returns node id of the coordinator */
export const findCoordinatorCall = (kind: CoordinatorKind, key: string): ApiCall<number> =>
  kafkaJsCall<{ errorCode: number; coordinator: { nodeId: number } }, number>({
    name: 'FindCoordinator',
    apiKey: apiKeys.findCoordinator,
    api: requests['GroupCoordinator'],
    params: { groupId: key, coordinatorType: kind === 'group' ? 0 : 1 },
    fromVersion: 1,
    read: (answer) => {
      checkCode('FindCoordinator', answer.errorCode);
      return answer.coordinator.nodeId;
    },
  });

/** Partitions of one topic. */
export interface TopicPartitions {
  readonly topic: string;
  readonly partitions: readonly number[];
}

/** An offset of one partition, or why there is none (`errorCode` other than 0). */
export interface ListedOffset {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly offset: number;
}

/** Which offset is asked for: 'stable' is one past the last record that a committed reader sees. */
export type OffsetBound = 'earliest' | 'stable' | 'high-watermark';

interface ListOffsetsAnswer {
  readonly responses: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly errorCode: number;
      readonly offset: string;
    }[];
  }[];
}

/** To the leader of each partition. */
export const listOffsetsCall = (
  topics: readonly TopicPartitions[],
  bound: OffsetBound,
): ApiCall<readonly ListedOffset[]> =>
  kafkaJsCall<ListOffsetsAnswer, readonly ListedOffset[]>({
    name: 'ListOffsets',
    apiKey: apiKeys.listOffsets,
    api: requests['ListOffsets'],
    params: {
      replicaId: -1,
      isolationLevel: bound === 'stable' ? 1 : 0,
      topics: topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map((partition) => ({
          partition,
          timestamp: bound === 'earliest' ? '-2' : '-1',
        })),
      })),
    },
    fromVersion: 2,
    read: ({ responses }) =>
      responses.flatMap(({ topic, partitions }) =>
        partitions.map(({ partition, errorCode, offset }) => ({
          topic,
          partition,
          errorCode,
          offset: Number(offset),
        })),
      ),
  });

/** A topic to create; settings in Kafka's words. */
export interface NewTopic {
  readonly topic: string;
  readonly numPartitions: number;
  /** -1: the broker's default. */
  readonly replicationFactor: number;
  readonly configEntries: readonly { readonly name: string; readonly value: string }[];
}

/** What became of a topic; `errorMessage` is the broker's own reason. */
export interface CreatedTopic {
  readonly topic: string;
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

/** To the controller (any broker forwards it). Codes are the caller's to judge. */
export const createTopicsCall = (
  topics: readonly NewTopic[],
  timeoutMs: number,
): ApiCall<readonly CreatedTopic[]> =>
  kafkaJsCall<{ topicErrors: readonly CreatedTopic[] }, readonly CreatedTopic[]>({
    name: 'CreateTopics',
    apiKey: apiKeys.createTopics,
    api: requests['CreateTopics'],
    params: { topics, timeout: timeoutMs, validateOnly: false },
    fromVersion: 2,
    brokerWaitMs: timeoutMs,
    read: ({ topicErrors }) => topicErrors,
  });

/** A resource whose settings are asked for. */
export interface ConfigResource {
  readonly type: 'topic' | 'broker';
  /** Topic name, or node id as text. */
  readonly name: string;
  /** Settings wanted; empty asks for all. */
  readonly configNames: readonly string[];
}

/** Settings of a resource. */
export interface ResourceConfig {
  readonly errorCode: number;
  readonly resourceName: string;
  readonly configEntries: readonly {
    readonly configName: string;
    readonly configValue: string | null;
    /** 1 = set on the topic itself, 2 to 4 = on brokers, 5 = Kafka's default. */
    readonly configSource: number;
  }[];
}

/** Broker settings are asked of that broker itself. */
export const describeConfigsCall = (
  resources: readonly ConfigResource[],
): ApiCall<readonly ResourceConfig[]> =>
  kafkaJsCall<{ resources: readonly ResourceConfig[] }, readonly ResourceConfig[]>({
    name: 'DescribeConfigs',
    apiKey: apiKeys.describeConfigs,
    api: requests['DescribeConfigs'],
    params: {
      resources: resources.map(({ type, name, configNames }) => ({
        type: type === 'topic' ? 2 : 4,
        name,
        configNames,
      })),
    },
    fromVersion: 1,
    read: (answer) => answer.resources,
  });
