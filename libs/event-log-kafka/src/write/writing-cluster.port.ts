/** What writing needs of the cluster; specs put brokers of their own in its place. */
import type { ClusterMetadata } from '../cluster/cluster-metadata';
import type { KafkaCluster } from '../cluster/kafka-cluster';
import type { LogParts } from '../log-parts';

/** The part of {@link KafkaCluster} that writers use. */
export interface WritingCluster
  extends Pick<
    KafkaCluster,
    'limits' | 'observer' | 'retrying' | 'send' | 'sendToAny' | 'sendToCoordinator'
  > {
  readonly metadata: Pick<ClusterMetadata, 'leaderOf' | 'learn' | 'refresh' | 'topic'>;
}

/** The part of {@link LogParts} that writers use. */
export interface WritingParts extends Pick<LogParts, 'names' | 'topics' | 'clock' | 'compression'> {
  readonly cluster: WritingCluster;
}
