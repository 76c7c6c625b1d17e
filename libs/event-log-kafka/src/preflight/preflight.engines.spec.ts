import type { TopicSpec } from '@millrace/event-log';
import { kafkaUnderTest, lineUnderTest } from '../../../../test/engines/clusters';
import { startKafka } from '../../../../tools/stack/index';
import type { KafkaTopicSettings } from '../kafka-options';
import { readIncarnation } from '../topics/incarnation';
import {
  closeOpenedTopics,
  freshNamespace,
  type OpenedTopics,
  openTopics,
} from '../topics/testing/opened-topics';
import { inspectKafka } from './inspect-kafka';
import { preflight, refuseUnsafe } from './preflight';

const facts: TopicSpec = { name: 'facts', partitions: 2, cleanup: 'delete', retentionMs: -1 };
const table: TopicSpec = { name: 'table', partitions: 2, cleanup: 'compact', retentionMs: -1 };

const refused = (opened: OpenedTopics, specs: readonly TopicSpec[]) =>
  preflight(opened, specs).then((findings) =>
    findings
      .filter(({ severity }) => severity === 'refuse')
      .map(({ code, subject }) => `${code} ${subject}`),
  );

const made = async (spec: TopicSpec, settings: KafkaTopicSettings) => {
  const opened = await openTopics(kafkaUnderTest.three().bootstrap, freshNamespace(), settings);
  await opened.topics.ensureTopics([spec]);
  return opened;
};

afterAll(closeOpenedTopics);

describe('the preflight on three brokers', () => {
  it('finds nothing before the topics are made, nor when they are made by us', async () => {
    const opened = await openTopics(kafkaUnderTest.three().bootstrap, freshNamespace());
    await readIncarnation(opened);
    expect(await preflight(opened, [facts, table])).toEqual([]);
    await opened.topics.ensureTopics([facts, table]);
    expect(await preflight(opened, [facts, table])).toEqual([]);
  });

  it.each([
    ['cleanup.policy', 'compact', 'KAFKA_TOPIC_CLEANUP'],
    ['retention.ms', '86400000', 'KAFKA_TOPIC_RETENTION_OUTAGE'],
    ['retention.ms', '2592000000', 'KAFKA_TOPIC_RETENTION'],
    ['retention.bytes', '1073741824', 'KAFKA_TOPIC_RETENTION_BYTES'],
    ['message.timestamp.type', 'CreateTime', 'KAFKA_TOPIC_TIMESTAMP_TYPE'],
    ['unclean.leader.election.enable', 'true', 'KAFKA_TOPIC_UNCLEAN_ELECTION'],
    ['min.insync.replicas', '1', 'KAFKA_TOPIC_MIN_IN_SYNC'],
    ['max.message.bytes', '1048588', 'KAFKA_TOPIC_MAX_BYTES'],
  ])('refuses a topic with %s=%s', async (setting, value, code) => {
    const config = { [setting]: value };
    // A cleanup that is not as declared is refused by ensureTopics too.
    const spec = setting === 'cleanup.policy' ? { ...facts, cleanup: 'compact' as const } : facts;
    const opened = await made(spec, { config });
    expect(await refused(opened, [facts])).toEqual([`${code} topic facts`]);
    const found = await preflight(opened, [facts]);
    expect(() => refuseUnsafe(found, new Set())).toThrow(value);
    expect(refuseUnsafe(found, new Set([code]))).toEqual(found);
  });

  it('refuses a table that forgets its tombstones early', async () => {
    const opened = await made(table, { config: { 'delete.retention.ms': '1000' } });
    expect(await refused(opened, [table])).toEqual(['KAFKA_TOPIC_DELETE_RETENTION topic table']);
  });

  it('refuses fewer replicas, and other partitions', async () => {
    const opened = await made(facts, { replicationFactor: 2 });
    expect(await refused(opened, [{ ...facts, partitions: 3 }])).toEqual([
      'KAFKA_TOPIC_PARTITIONS topic facts',
      'KAFKA_TOPIC_REPLICATION topic facts',
    ]);
  });

  it('warns when the topic that names the log is gone from beside the others', async () => {
    const opened = await made(facts, {});
    const later = await openTopics(kafkaUnderTest.three().bootstrap, opened.names.namespace);
    await readIncarnation(later);
    const findings = await preflight(later, [facts]);
    expect(findings.map(({ code }) => code)).toEqual(['KAFKA_INCARNATION_MISSING']);
  });

  it('names what a dead broker leaves without a leader, or with too few in sync', async () => {
    const cluster = kafkaUnderTest.three();
    const namespace = freshNamespace();
    const lone = { ...facts, name: 'lone', partitions: 3 };
    const single = await openTopics(cluster.bootstrap, namespace, { replicationFactor: 1 });
    await single.topics.ensureTopics([lone]);
    const config = { 'min.insync.replicas': '3' };
    const strict = await openTopics(cluster.bootstrap, namespace, { config });
    await strict.topics.ensureTopics([facts]);
    const broker = cluster.broker(2);
    await broker.kill();
    try {
      const codes = async () =>
        new Set((await preflight(strict, [lone, facts])).map((of) => of.code));
      const wanted = [
        'KAFKA_BROKER_DOWN',
        'KAFKA_PARTITION_LEADERLESS',
        'KAFKA_PARTITION_UNDER_MIN_IN_SYNC',
      ] as const;
      const deadlineMs = performance.now() + 30_000;
      let found = await codes();
      while (!wanted.every((code) => found.has(code)) && performance.now() < deadlineMs) {
        found = await codes();
      }
      expect([...found]).toEqual(expect.arrayContaining([...wanted]));
    } finally {
      await broker.start();
      await cluster.inSync();
    }
    expect(await refused(strict, [facts])).toEqual([]);
  });
});

describe('the preflight on one broker', () => {
  it('warns that there is one disk, and refuses what its settings break', async () => {
    const cluster = await startKafka({
      line: lineUnderTest(),
      brokers: 1,
      settings: {
        'auto.create.topics.enable': 'true',
        'transaction.state.log.replication.factor': '3',
        'transaction.max.timeout.ms': '5000',
        'transaction.partition.verification.enable': 'false',
        'transactional.id.expiration.ms': '3600000',
        'group.max.session.timeout.ms': '8000',
      },
    });
    try {
      const opened = await openTopics(cluster.bootstrap, freshNamespace());
      const findings = await preflight(opened, [facts]);
      expect(findings.map(({ code }) => code).sort()).toEqual([
        'KAFKA_AUTO_CREATE_TOPICS',
        'KAFKA_CLUSTER_SMALL',
        'KAFKA_GROUP_SESSION_TIMEOUT',
        'KAFKA_INTERNAL_TOPIC_IMPOSSIBLE',
        'KAFKA_PARTITION_VERIFICATION',
        'KAFKA_TRANSACTIONAL_ID_EXPIRATION',
        'KAFKA_TRANSACTION_MAX_TIMEOUT',
      ]);
    } finally {
      await cluster.stop();
    }
  });
});

describe('an inspection', () => {
  const clock = { nowMs: () => Date.now() };

  it('sees brokers, topics that are missing, and makes nothing', async () => {
    const { bootstrap } = kafkaUnderTest.three();
    const namespace = freshNamespace();
    const brokers = [...bootstrap, '127.0.0.1:1'];
    const seen = await inspectKafka({ brokers, clock, namespace }, [facts, table]);
    expect(seen.brokers.map(({ trouble, kafka }) => [trouble, kafka])).toEqual(
      bootstrap.map(() => [undefined, lineUnderTest() === '3.9' ? '3.9' : '4.1 or newer']),
    );
    expect(seen.brokers.every(({ roundTripMs = 0 }) => roundTripMs > 0)).toBe(true);
    expect(seen.given.map(({ trouble }) => trouble === undefined)).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(seen.topics.map(({ exists }) => exists)).toEqual([false, false]);
    expect(seen.incarnation).toBeUndefined();
    const { cluster } = await openTopics(bootstrap, namespace);
    const { topicMetadata } = await cluster.metadata.all();
    expect(topicMetadata.filter(({ topic }) => topic.startsWith(namespace))).toEqual([]);
  });

  it('sees the log and its topics as they are', async () => {
    const { bootstrap } = kafkaUnderTest.three();
    const opened = await openTopics(bootstrap, freshNamespace());
    const incarnation = await readIncarnation(opened);
    await opened.topics.ensureTopics([{ ...facts, partitions: 1 }]);
    const { namespace } = opened.names;
    const seen = await inspectKafka({ brokers: bootstrap, clock, namespace }, [facts]);
    expect(seen.incarnation).toBe(incarnation);
    expect(seen.topics).toEqual([
      { wanted: facts, found: { ...facts, partitions: 1 }, exists: true },
    ]);
    expect(seen.findings.map(({ code }) => code)).toEqual(['KAFKA_TOPIC_PARTITIONS']);
  });
});
