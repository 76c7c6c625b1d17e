/**
 * How the log on Kafka is opened: where the brokers are, who we are to them, bounds and times.
 */
import type { Clock } from '@millrace/event-log';
import type { KafkaObserver } from './observer.port';

/** Credentials for SASL. */
export interface KafkaSasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

/** TLS to the brokers. */
export interface KafkaTls {
  /** CAs to trust, PEM; default: the system's. */
  readonly ca?: string;
  /** Own certificate and key, PEM, where brokers ask for one. */
  readonly cert?: string;
  readonly key?: string;
}

/** Options of `openKafkaLog`. */
export interface KafkaLogOptions {
  /** `host:port` of one broker or more; the others are learned from them. */
  readonly brokers: readonly string[];
  readonly clock: Clock;
  /**
   * Put before every topic, writer and group name, so that several systems can share a cluster;
   * 0 to 50 characters of `a-z 0-9 . - _`. Default: none.
   */
  readonly namespace?: string;
  /** Shown in the brokers' logs and quotas. Default `millrace`. */
  readonly clientId?: string;
  readonly tls?: KafkaTls | true;
  readonly sasl?: KafkaSasl;
  /** Rack of this process: brokers name a replica in it to read from, where they are set up so. */
  readonly rackId?: string;
  /** How records are compressed. Default `none`. */
  readonly compression?: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';
  /** Told of retries, lost connections, fences, and reopened writers. Default: nobody. */
  readonly observer?: KafkaObserver;
  readonly limits?: Partial<KafkaLimits>;
  readonly topicSettings?: KafkaTopicSettings;
}

/** How topics are created, where it is not as designed. */
export interface KafkaTopicSettings {
  /** Replicas of each partition. Default: 3, or as many as the cluster has brokers. */
  readonly replicationFactor?: number;
  /** Kafka's settings by name, in place of our own: tests make segments small, for one. */
  readonly config?: Readonly<Record<string, string>>;
}

/** Bounds and times, all in bytes, records or ms. */
export interface KafkaLimits {
  /** Largest record: bytes of key, value, header names and values. */
  readonly maxRecordBytes: number;
  /** Bytes of one batch that is sent; below the topics' `max.message.bytes`. */
  readonly maxBatchBytes: number;
  /** One request's answer, beyond the time that the broker may take by itself. */
  readonly requestTimeoutMs: number;
  readonly connectTimeoutMs: number;
  /** All tries of one operation together (append, commit, open, metadata); then its error. */
  readonly operationTimeoutMs: number;
  /** First pause between two tries; doubles up to `retryPauseMaxMs`, with jitter. */
  readonly retryPauseMs: number;
  readonly retryPauseMaxMs: number;
  /** After this an open transaction is ended by the broker. */
  readonly transactionTimeoutMs: number;
  /** A fetch waits this long at the broker when nothing is there. */
  readonly fetchWaitMs: number;
  /** Bytes of one partition in one fetch, and of all together. */
  readonly fetchPartitionBytes: number;
  readonly fetchBytes: number;
  /** Fetched and not yet polled, per partition: above it the partition is not fetched. */
  readonly bufferedPartitionBytes: number;
  /** A member that is not heard of for this long is dead to its group. */
  readonly sessionTimeoutMs: number;
  readonly heartbeatMs: number;
  /** How long members have to come back when their group changes. */
  readonly rebalanceTimeoutMs: number;
}

/** Limits unless told otherwise. */
export const DEFAULT_KAFKA_LIMITS: KafkaLimits = {
  maxRecordBytes: 1_048_576,
  maxBatchBytes: 4_194_304,
  requestTimeoutMs: 5_000,
  connectTimeoutMs: 3_000,
  operationTimeoutMs: 30_000,
  retryPauseMs: 2,
  retryPauseMaxMs: 500,
  transactionTimeoutMs: 10_000,
  fetchWaitMs: 500,
  fetchPartitionBytes: 1_048_576,
  fetchBytes: 8_388_608,
  bufferedPartitionBytes: 2_097_152,
  sessionTimeoutMs: 10_000,
  heartbeatMs: 500,
  rebalanceTimeoutMs: 30_000,
};
