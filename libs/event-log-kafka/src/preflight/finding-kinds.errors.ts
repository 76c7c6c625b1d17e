/**
 * Every finding of the preflight: how grave it is and why. Codes stand in docs/ERRORS.md with the
 * errors, and are what `MILLRACE_KAFKA_ALLOW_UNSAFE` takes.
 */

/** How grave a finding is: records or state may be lost or doubled, or it is only worth knowing. */
export type Severity = 'refuse' | 'warn';

/** What is said of each occurrence. */
export interface FindingKind {
  readonly severity: Severity;
  readonly reason: string;
}

/** By code. */
export const findingKinds = {
  KAFKA_AUTO_CREATE_TOPICS: {
    severity: 'refuse',
    reason: 'a misspelt name makes a topic with other partitions and settings, without an error',
  },
  KAFKA_BROKER_DOWN: {
    severity: 'warn',
    reason: 'partitions have fewer copies until it is back',
  },
  KAFKA_BROKER_UNREACHABLE: {
    severity: 'warn',
    reason: 'the partitions that it leads can neither be written nor read from here',
  },
  KAFKA_BROKER_VERSION: {
    severity: 'refuse',
    reason: 'only Kafka 3.9 to 4.x is tested',
  },
  KAFKA_CLUSTER_SMALL: {
    severity: 'warn',
    reason: 'with the loss of one disk acknowledged records are lost',
  },
  KAFKA_GROUP_SESSION_TIMEOUT: {
    severity: 'refuse',
    reason: 'the broker refuses our members of groups',
  },
  KAFKA_INCARNATION_MISSING: {
    severity: 'warn',
    reason: 'the topic that names this log was deleted: views and state of before are rebuilt',
  },
  KAFKA_INTERNAL_TOPIC_IMPOSSIBLE: {
    severity: 'refuse',
    reason: 'Kafka cannot create its own topic: transactions or groups can never begin',
  },
  KAFKA_OFFSETS_MIN_IN_SYNC: {
    severity: 'warn',
    reason:
      'lag tools may see old positions after the loss of a broker; no payment depends on them',
  },
  KAFKA_OFFSETS_REPLICATION: {
    severity: 'warn',
    reason: 'groups stand still while the broker of their coordinator is down',
  },
  KAFKA_PARTITION_LEADERLESS: {
    severity: 'refuse',
    reason: 'nothing can be written to it or read from it',
  },
  KAFKA_PARTITION_UNDER_MIN_IN_SYNC: {
    severity: 'refuse',
    reason: 'the broker refuses every write to it',
  },
  KAFKA_PARTITION_VERIFICATION: {
    severity: 'refuse',
    reason: 'a late request of a former writer can leave a transaction open for ever (KIP-890)',
  },
  KAFKA_SETTINGS_UNREADABLE: {
    severity: 'warn',
    reason: 'what cannot be read is not checked',
  },
  KAFKA_TOPIC_CLEANUP: {
    severity: 'refuse',
    reason: 'records go that are needed, or stay for ever',
  },
  KAFKA_TOPIC_COMPACTION_LAG: {
    severity: 'warn',
    reason: 'readers may miss values that stood for less than this time',
  },
  KAFKA_TOPIC_DELETE_RETENTION: {
    severity: 'refuse',
    reason: 'local state that is older misses deletions and is taken for complete',
  },
  KAFKA_TOPIC_MAX_BYTES: {
    severity: 'refuse',
    reason: 'the broker refuses batches that we send',
  },
  KAFKA_TOPIC_MIN_IN_SYNC: {
    severity: 'refuse',
    reason: 'a record is acknowledged with one copy and is lost with that broker',
  },
  KAFKA_TOPIC_MIN_IN_SYNC_ALL: {
    severity: 'warn',
    reason: 'every write waits for all replicas: no broker may be down',
  },
  KAFKA_TOPIC_PARTITIONS: {
    severity: 'refuse',
    reason: 'events, state and results of one card would be in different lanes',
  },
  KAFKA_TOPIC_REPLICATION: {
    severity: 'refuse',
    reason: 'acknowledged records are lost with fewer brokers than the cluster could afford',
  },
  KAFKA_TOPIC_RETENTION: {
    severity: 'refuse',
    reason: 'records go that the design keeps: views and state cannot be rebuilt from the log',
  },
  KAFKA_TOPIC_RETENTION_BYTES: {
    severity: 'refuse',
    reason: 'a busy day deletes records by size, whatever their age',
  },
  KAFKA_TOPIC_RETENTION_OUTAGE: {
    severity: 'refuse',
    reason: 'records go before a reader comes back from an outage',
  },
  KAFKA_TOPIC_TIMESTAMP_TYPE: {
    severity: 'refuse',
    reason: 'retention would go by times that writers claim: imported history goes at once',
  },
  KAFKA_TOPIC_UNCLEAN_ELECTION: {
    severity: 'refuse',
    reason: 'a replica that missed acknowledged records may become the leader: they are lost',
  },
  KAFKA_TRANSACTIONAL_ID_EXPIRATION: {
    severity: 'warn',
    reason: 'a lane that is idle for longer must open its writer anew at the next command',
  },
  KAFKA_TRANSACTION_LOG_MIN_IN_SYNC: {
    severity: 'refuse',
    reason: 'the outcome of a transaction is lost with one broker: half of it may become visible',
  },
  KAFKA_TRANSACTION_LOG_REPLICATION: {
    severity: 'refuse',
    reason: 'the outcome of transactions is lost with that broker, and writers stand still with it',
  },
  KAFKA_TRANSACTION_MAX_TIMEOUT: {
    severity: 'refuse',
    reason: 'the broker refuses to open our writers',
  },
} as const satisfies Record<string, FindingKind>;

/** Code of a finding. */
export type FindingCode = keyof typeof findingKinds;
