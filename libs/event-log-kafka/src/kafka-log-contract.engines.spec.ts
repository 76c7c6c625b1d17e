import { randomUUID } from 'node:crypto';
import { eventLogContract } from '@millrace/event-log/testing';
import { Kafka, logLevel } from 'kafkajs';
import { kafkaUnderTest } from '../../../test/engines/clusters';
import type { KafkaCluster } from '../../../tools/stack/index';
import { poll } from '../../../tools/stack/poll';
import { pause } from './cluster/retrying';
import { openKafkaLog } from './kafka-log';

const clock = { nowMs: () => Date.now() };

/** A log in a namespace of its own, so that no test sees what another has left. */
const makeLog = (cluster: () => KafkaCluster) => async () => {
  const brokers = cluster().bootstrap;
  const namespace = `contract-${randomUUID().slice(0, 8)}.`;
  const log = await openKafkaLog({ brokers, clock, namespace, compression: 'lz4' });
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  return {
    log,
    maxRecordBytes: 1_048_576,
    trim: async (positions: readonly { topic: string; partition: number; offset: number }[]) => {
      for (const { topic, partition, offset } of positions) {
        const physical = `${namespace}${topic}`;
        const partitions = [{ partition, offset: String(offset) }];
        // Without metadata of the topic kafkajs does not find the leader; a new topic's leader may
        // not yet know that it is one.
        const trimmed = async (): Promise<true> => {
          await admin.fetchTopicOffsets(physical);
          await admin.deleteTopicRecords({ topic: physical, partitions });
          return true;
        };
        await poll(trimmed, { what: `the start of ${physical}`, deadlineMs: 10_000 });
      }
    },
    wait: () => pause(20),
    dispose: async () => {
      await log.close();
      const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(namespace));
      await admin.deleteTopics({ topics });
      await admin.disconnect();
    },
  };
};

eventLogContract('the log on one broker', makeLog(kafkaUnderTest.one));
eventLogContract('the log on three brokers', makeLog(kafkaUnderTest.three));
