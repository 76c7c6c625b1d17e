import type { MetadataAnswer } from '../wire/cluster-calls';
import { KafkaClusterChangedError } from '../wire/request-failed.errors';
import { ClusterMetadata } from './cluster-metadata';

const answer = (over: Partial<MetadataAnswer>): MetadataAnswer => ({
  brokers: [{ nodeId: 1, host: 'h', port: 9, rack: null }],
  clusterId: 'one',
  controllerId: 1,
  topicMetadata: [],
  ...over,
});

const topic = (name: string, leaders: readonly number[]): MetadataAnswer['topicMetadata'][0] => ({
  topicErrorCode: 0,
  topic: name,
  isInternal: false,
  partitionMetadata: leaders.map((leader, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader,
    replicas: [leader],
    isr: [leader],
  })),
});

/** Metadata that is answered with these, one after the other. */
const scripted = (...answers: readonly MetadataAnswer[]): ClusterMetadata => {
  let next = 0;
  return new ClusterMetadata(async (call) => {
    const found = answers[Math.min(next++, answers.length - 1)] ?? answer({});
    const { response } = call.at(call.versions.at(-1) ?? -1);
    return response.parse(found);
  });
};

describe('what is known of a cluster', () => {
  it('are leaders of the topics that were asked for; none while there is none', async () => {
    const metadata = scripted(answer({ topicMetadata: [topic('t', [1, -1])] }));
    await metadata.learn(['t']);
    expect(metadata.leaderOf({ topic: 't', partition: 0 })).toBe(1);
    expect(metadata.leaderOf({ topic: 't', partition: 1 })).toBeUndefined();
    expect(metadata.addressOf(1)).toBe('h:9');
  });

  it('goes when the topic does', async () => {
    const gone = { ...topic('t', []), topicErrorCode: 3 };
    const metadata = scripted(
      answer({ topicMetadata: [topic('t', [1])] }),
      answer({ topicMetadata: [gone] }),
    );
    await metadata.learn(['t']);
    await metadata.refresh();
    expect(metadata.topic('t')).toBeUndefined();
  });

  it('is never taken from another cluster', async () => {
    const metadata = scripted(answer({}), answer({ clusterId: 'two' }));
    await metadata.refresh();
    await expect(metadata.refresh()).rejects.toBeInstanceOf(KafkaClusterChangedError);
    expect(metadata.clusterId).toBe('one');
  });
});
