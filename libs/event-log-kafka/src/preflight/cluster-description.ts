/** What the preflight judges: a cluster as plain data. */
import type { Settings } from '../topics/topic-settings';
import type { PartitionPlace } from '../wire/cluster-calls';

/** One broker that is part of the cluster. */
export interface BrokerDescription {
  readonly nodeId: number;
  /** As it advertises itself. */
  readonly address: string;
  readonly rack: string | null;
  /** Why it does not answer us; undefined when it does. */
  readonly trouble: string | undefined;
  /** `3.9`, `4.0`, `4.1 or newer`, `older than 3.9`; undefined when it does not answer. */
  readonly kafka: string | undefined;
  /** One request and its answer. */
  readonly roundTripMs: number | undefined;
  /** Undefined when it does not answer, or we may not read them. */
  readonly settings: Settings | undefined;
}

/** One topic that exists. */
export interface TopicDescription {
  /** As declared, without the namespace. */
  readonly name: string;
  /** In the cluster. */
  readonly topic: string;
  readonly partitions: readonly PartitionPlace[];
  /** Undefined when we may not read them. */
  readonly settings: Settings | undefined;
}

/** See the top of the file. */
export interface ClusterDescription {
  readonly clusterId: string;
  readonly brokers: readonly BrokerDescription[];
  /** Declared topics that exist. */
  readonly topics: readonly TopicDescription[];
  /** `__transaction_state`; undefined before the first transaction. */
  readonly transactionLog: TopicDescription | undefined;
  /** `__consumer_offsets`; undefined before the first group. */
  readonly offsets: TopicDescription | undefined;
  /** The topic that names the log: there, not there, or made by this process just now. */
  readonly incarnation: 'there' | 'missing' | 'made';
}
