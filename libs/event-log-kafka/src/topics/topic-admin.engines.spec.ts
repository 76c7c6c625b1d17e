import { InvalidRecordError, TopicMismatchError, type TopicSpec } from '@millrace/event-log';
import { kafkaUnderTest } from '../../../../test/engines/clusters';
import { poll } from '../../../../tools/stack/poll';
import { metadataCall } from '../wire/cluster-calls';
import { describeTopics } from './describe-topics';
import { readIncarnation } from './incarnation';
import { closeOpenedTopics, freshNamespace, openTopics } from './testing/opened-topics';

const facts: TopicSpec = { name: 'facts', partitions: 3, cleanup: 'delete', retentionMs: -1 };
const table: TopicSpec = { name: 'table', partitions: 2, cleanup: 'compact', retentionMs: -1 };
const results: TopicSpec = {
  name: 'results',
  partitions: 1,
  cleanup: 'compact,delete',
  retentionMs: 86_400_000,
};

afterAll(closeOpenedTopics);

describe('topics in a cluster of three brokers', () => {
  const open = (namespace = freshNamespace()) =>
    openTopics(kafkaUnderTest.three().bootstrap, namespace);

  it('have three replicas, two in sync, and the settings of the design', async () => {
    const { topics, cluster, names } = await open();
    await topics.ensureTopics([facts, table, results]);
    const [physical] = [names.physical(table.name)];
    const places = cluster.metadata.topic(physical)?.partitions ?? [];
    expect(places.map(({ replicas }) => replicas.length)).toEqual([3, 3]);
    const settings = ['min.insync.replicas', 'delete.retention.ms', 'message.timestamp.type'];
    const found = await describeTopics(cluster, { topics: [physical], settings });
    expect(Object.fromEntries(found.get(physical) ?? [])).toEqual({
      'min.insync.replicas': '2',
      'delete.retention.ms': '604800000',
      'message.timestamp.type': 'LogAppendTime',
    });
  });

  it('are known to every broker, with leaders, once they are ensured', async () => {
    const { topics, cluster, names } = await open();
    await topics.ensureTopics([facts]);
    const asked = metadataCall([names.physical(facts.name)]);
    const nodes = cluster.metadata.brokers().map(({ nodeId }) => nodeId);
    const answers = await Promise.all(nodes.map((nodeId) => cluster.send(nodeId, asked)));
    const leaders = answers.map(({ topicMetadata }) =>
      topicMetadata.flatMap((of) => of.partitionMetadata.map(({ leader }) => leader >= 0)),
    );
    expect(leaders).toEqual(nodes.map(() => [true, true, true]));
  });

  it('may be ensured by several processes at the same time', async () => {
    const namespace = freshNamespace();
    const processes = await Promise.all([1, 2, 3].map(() => open(namespace)));
    await Promise.all(processes.map(({ topics }) => topics.ensureTopics([facts, table])));
    const lists = await Promise.all(processes.map(({ topics }) => topics.topics()));
    expect(lists).toEqual(processes.map(() => [facts, table]));
  });
});

describe('topics in a cluster of one broker', () => {
  const open = (namespace = freshNamespace()) =>
    openTopics(kafkaUnderTest.one().bootstrap, namespace);

  it('have one replica', async () => {
    const { topics, cluster, names } = await open();
    await topics.ensureTopics([facts]);
    const places = cluster.metadata.topic(names.physical(facts.name))?.partitions ?? [];
    expect(places.map(({ replicas }) => replicas.length)).toEqual([1, 1, 1]);
  });

  it('are listed without the namespace, and without our own', async () => {
    const opened = await open();
    await readIncarnation(opened);
    await opened.topics.ensureTopics([table, facts, results]);
    const other = await open();
    await other.topics.ensureTopics([facts]);
    expect(await opened.topics.topics()).toEqual([facts, results, table]);
  });

  it('are refused with other partitions or cleanup, by the name that was declared', async () => {
    const namespace = freshNamespace();
    await (await open(namespace)).topics.ensureTopics([facts]);
    const { topics } = await open(namespace);
    const more = topics.ensureTopics([{ ...facts, partitions: 4 }]);
    await expect(more).rejects.toBeInstanceOf(TopicMismatchError);
    await expect(more).rejects.toThrow('topic facts: partitions is 3, declared is 4');
    const compacted = topics.ensureTopics([{ ...facts, cleanup: 'compact' }]);
    await expect(compacted).rejects.toThrow('topic facts: cleanup is delete, declared is compact');
  });

  it('keep the retention that they were made with', async () => {
    const namespace = freshNamespace();
    const { topics } = await open(namespace);
    await topics.ensureTopics([{ ...facts, retentionMs: 1_000 }]);
    await topics.ensureTopics([facts]);
    expect(await topics.topics()).toEqual([{ ...facts, retentionMs: 1_000 }]);
  });

  it('are learned by name; those that do not exist stay unknown', async () => {
    const namespace = freshNamespace();
    await (await open(namespace)).topics.ensureTopics([facts]);
    const { topics } = await open(namespace);
    expect(topics.known('facts')).toBeUndefined();
    await topics.learn(['facts', 'nowhere']);
    expect([topics.known('facts'), topics.known('nowhere')]).toEqual([facts, undefined]);
    expect([topics.hasMade('facts')]).toEqual([false]);
  });

  it('take settings of tests in place of the design', async () => {
    const config = { 'segment.bytes': '1048576' };
    const { bootstrap } = kafkaUnderTest.one();
    const { topics, cluster, names } = await openTopics(bootstrap, freshNamespace(), { config });
    await topics.ensureTopics([facts]);
    const physical = names.physical(facts.name);
    const wanted = { topics: [physical], settings: ['segment.bytes'] };
    const found = await describeTopics(cluster, wanted);
    expect(found.get(physical)?.get('segment.bytes')).toBe('1048576');
  });

  it('that the brokers will not make are named with the reason', async () => {
    const { topics } = await open();
    await topics.ensureTopics([{ ...facts, name: 'a.b' }]);
    const colliding = topics.ensureTopics([{ ...facts, name: 'a_b' }]);
    await expect(colliding).rejects.toMatchObject({ code: 'EVENT_LOG_KAFKA_TOPIC_REFUSED' });
    await expect(colliding).rejects.toThrow('collides with existing topic');
    const { bootstrap } = kafkaUnderTest.one();
    const greedy = await openTopics(bootstrap, freshNamespace(), { replicationFactor: 2 });
    const refused = greedy.topics.ensureTopics([facts]);
    await expect(refused).rejects.toThrow('INVALID_REPLICATION_FACTOR');
    const { topics: odd } = await openTopics(bootstrap, freshNamespace(), {
      config: { 'min.insync.replicas': 'many' },
    });
    await expect(odd.ensureTopics([facts])).rejects.toThrow('INVALID_CONFIG');
    const named = topics.ensureTopics([{ ...facts, name: 'Facts' }]);
    await expect(named).rejects.toBeInstanceOf(InvalidRecordError);
  });
});

describe('the incarnation of a log', () => {
  const open = (namespace: string) => openTopics(kafkaUnderTest.three().bootstrap, namespace);

  it('is the same for all who begin at the same time, and for those who come later', async () => {
    const namespace = freshNamespace();
    const processes = await Promise.all([1, 2, 3, 4].map(() => open(namespace)));
    const [first, ...others] = await Promise.all(processes.map(readIncarnation));
    expect(first).toMatch(/^[\w-]{22}\/[0-9a-f-]{36}$/);
    expect([...others, await readIncarnation(await open(namespace))]).toEqual(
      [1, 2, 3, 4].map(() => first),
    );
  });

  it('is another one in another namespace', async () => {
    const one = await readIncarnation(await open(freshNamespace()));
    expect(await readIncarnation(await open(freshNamespace()))).not.toBe(one);
  });

  it('is another one when its topic was deleted', async () => {
    const namespace = freshNamespace();
    const { names, cluster: brokers } = await open(namespace);
    const before = await readIncarnation(await open(namespace));
    const cluster = kafkaUnderTest.three();
    const topic = names.physical('millrace-incarnation');
    await cluster.java('org.apache.kafka.tools.TopicCommand', [
      '--bootstrap-server',
      cluster.bootstrap.join(','),
      '--delete',
      '--topic',
      topic,
    ]);
    // Brokers learn of it one after the other.
    const isGone = async (): Promise<true | undefined> => {
      const asked = brokers.metadata
        .brokers()
        .map(({ nodeId }) => brokers.send(nodeId, metadataCall([topic])));
      const answers = (await Promise.all(asked)).flatMap(({ topicMetadata }) => topicMetadata);
      return answers.every(({ topicErrorCode }) => topicErrorCode === 3) ? true : undefined;
    };
    await poll(isGone, { what: `the deletion of ${topic}`, deadlineMs: 10_000 });
    const after = await openTopics(cluster.bootstrap, namespace);
    expect(await readIncarnation(after)).not.toBe(before);
    expect(after.topics.hasMade('millrace-incarnation')).toBe(true);
  });
});
