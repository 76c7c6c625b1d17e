/** What the parts of one open log share. */
import type { Clock } from '@millrace/event-log';
import type { KafkaCluster } from './cluster/kafka-cluster';
import type { Names } from './names';
import type { TopicRegistry } from './topics/topic-registry.port';

/** Handed to writers, readers, groups and the administration of topics. */
export interface LogParts {
  /** With limits, observer, metadata, coordinators and connections. Topics there are physical. */
  readonly cluster: KafkaCluster;
  /** Between the port's names and the physical ones. */
  readonly names: Names;
  readonly topics: TopicRegistry;
  readonly clock: Clock;
  readonly compression: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';
  readonly rackId: string;
}
