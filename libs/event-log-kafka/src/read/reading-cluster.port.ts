/** What reading needs of the cluster; specs put brokers of their own in its place. */
import type { ClusterMetadata } from '../cluster/cluster-metadata';
import type { ConnectionPool } from '../cluster/connection-pool';
import type { KafkaCluster } from '../cluster/kafka-cluster';
import type { LogParts } from '../log-parts';

/** Connections of one reader for long polls. */
export type FetchPool = Pick<ConnectionPool, 'send' | 'close'>;

/** The part of {@link KafkaCluster} that readers use. */
export interface ReadingCluster
  extends Pick<KafkaCluster, 'limits' | 'observer' | 'retrying' | 'send'> {
  readonly metadata: Pick<
    ClusterMetadata,
    'addressOf' | 'leaderOf' | 'learn' | 'refresh' | 'topic'
  >;
  openPool(): FetchPool;
  closePool(pool: FetchPool): void;
}

/** The part of {@link LogParts} that readers use. */
export interface ReadingParts extends Pick<LogParts, 'names' | 'rackId'> {
  readonly cluster: ReadingCluster;
}
