import type {
  BrokerDescription,
  ClusterDescription,
  TopicDescription,
} from './cluster-description';
import { findingsOf } from './judge-cluster';
import {
  type BrokerSettingName,
  broker,
  demands,
  facts,
  internalTopic,
  results,
  safeCluster,
  table,
  topic,
} from './testing/safe-cluster';

const findings = (change: Partial<ClusterDescription>) =>
  findingsOf(safeCluster(change), demands).map(({ code, subject }) => `${code} ${subject}`);

const withTopic = (changed: TopicDescription) => {
  const others = safeCluster().topics.filter(({ name }) => name !== changed.name);
  return findings({ topics: [changed, ...others] });
};

const withBroker = (changed: BrokerDescription) =>
  findings({ brokers: [changed, broker(2), broker(3)] });

const DAY_MS = 86_400_000;

describe('a cluster as it should be', () => {
  it('has no findings', () => {
    expect(findings({})).toEqual([]);
  });

  it('may be without topics, and without topics of its own, before the first start', () => {
    const fresh = { topics: [], transactionLog: undefined, offsets: undefined };
    expect(findings({ ...fresh, incarnation: 'missing' })).toEqual([]);
  });
});

describe('settings of a topic', () => {
  it.each([
    [facts, 'cleanup.policy=compact', 'KAFKA_TOPIC_CLEANUP'],
    [facts, 'cleanup.policy=compact,delete', 'KAFKA_TOPIC_CLEANUP'],
    [table, 'cleanup.policy=delete', 'KAFKA_TOPIC_CLEANUP'],
    [results, 'cleanup.policy=compact', 'KAFKA_TOPIC_CLEANUP'],
    [results, 'cleanup.policy=delete,compact', undefined],
    [facts, 'retention.ms=0', 'KAFKA_TOPIC_RETENTION_OUTAGE'],
    [facts, `retention.ms=${3 * DAY_MS - 1}`, 'KAFKA_TOPIC_RETENTION_OUTAGE'],
    [facts, `retention.ms=${3 * DAY_MS}`, 'KAFKA_TOPIC_RETENTION'],
    [facts, `retention.ms=${3_650 * DAY_MS}`, 'KAFKA_TOPIC_RETENTION'],
    // Declared for a day, which is below the outage budget: the declaration counts.
    [results, `retention.ms=${DAY_MS - 1}`, 'KAFKA_TOPIC_RETENTION_OUTAGE'],
    [results, `retention.ms=${DAY_MS}`, undefined],
    [results, `retention.ms=${DAY_MS + 1}`, undefined],
    [results, 'retention.ms=-1', undefined],
    [table, 'retention.ms=1000', undefined],
    [facts, 'retention.bytes=0', 'KAFKA_TOPIC_RETENTION_BYTES'],
    [facts, 'retention.bytes=1073741824', 'KAFKA_TOPIC_RETENTION_BYTES'],
    [table, 'retention.bytes=1073741824', undefined],
    [facts, 'message.timestamp.type=CreateTime', 'KAFKA_TOPIC_TIMESTAMP_TYPE'],
    [facts, 'unclean.leader.election.enable=true', 'KAFKA_TOPIC_UNCLEAN_ELECTION'],
    [facts, 'min.insync.replicas=1', 'KAFKA_TOPIC_MIN_IN_SYNC'],
    [facts, 'min.insync.replicas=2', undefined],
    [facts, 'min.insync.replicas=3', 'KAFKA_TOPIC_MIN_IN_SYNC_ALL'],
    [facts, 'max.message.bytes=4194303', 'KAFKA_TOPIC_MAX_BYTES'],
    [facts, 'max.message.bytes=4194304', undefined],
    [table, 'delete.retention.ms=604799999', 'KAFKA_TOPIC_DELETE_RETENTION'],
    [table, 'delete.retention.ms=604800000', undefined],
    [facts, 'delete.retention.ms=0', undefined],
    [table, 'min.compaction.lag.ms=3599999', 'KAFKA_TOPIC_COMPACTION_LAG'],
    [table, 'min.compaction.lag.ms=3600000', undefined],
  ])('$name with %s: %s', (spec, given, code) => {
    const [setting = '', value = ''] = given.split('=');
    const found = withTopic(topic(spec, { settings: { [setting]: value } }));
    expect(found).toEqual(code === undefined ? [] : [`${code} topic ${spec.name}`]);
  });

  it('are told with what was found, what is wanted and a command that cures it', () => {
    const settings = { 'cleanup.policy': 'delete' };
    const topics = [topic(facts), topic(table), topic(results, { settings })];
    const [finding] = findingsOf(safeCluster({ topics }), demands);
    expect(finding).toMatchObject({
      severity: 'refuse',
      found: 'cleanup.policy is delete',
      wanted: 'compact,delete',
    });
    expect(finding?.cure).toContain(
      '--entity-name test.results --add-config cleanup.policy=[compact,delete]',
    );
  });

  it('that may not be read are not judged, but named', () => {
    const hidden = { ...topic(facts), settings: undefined };
    expect(withTopic(hidden)).toEqual(['KAFKA_SETTINGS_UNREADABLE topic facts']);
  });
});

describe('settings of a broker', () => {
  const cases: readonly (readonly [BrokerSettingName, string, string | undefined])[] = [
    ['auto.create.topics.enable', 'true', 'KAFKA_AUTO_CREATE_TOPICS'],
    ['transaction.partition.verification.enable', 'false', 'KAFKA_PARTITION_VERIFICATION'],
    ['transactional.id.expiration.ms', '604799999', 'KAFKA_TRANSACTIONAL_ID_EXPIRATION'],
    ['transactional.id.expiration.ms', '604800001', undefined],
    ['transaction.max.timeout.ms', '9999', 'KAFKA_TRANSACTION_MAX_TIMEOUT'],
    ['transaction.max.timeout.ms', '10000', undefined],
    ['group.min.session.timeout.ms', '10000', undefined],
    ['group.min.session.timeout.ms', '10001', 'KAFKA_GROUP_SESSION_TIMEOUT'],
    ['group.max.session.timeout.ms', '10000', undefined],
    ['group.max.session.timeout.ms', '9999', 'KAFKA_GROUP_SESSION_TIMEOUT'],
  ];

  it.each(cases)('%s=%s: %s', (setting, value, code) => {
    const found = withBroker(broker(1, { [setting]: value }));
    expect(found).toEqual(code === undefined ? [] : [`${code} broker 1 (kafka-1:9092)`]);
  });

  it('that may not be read are not judged, but named', () => {
    const found = withBroker({ ...broker(1), settings: undefined });
    expect(found).toEqual(['KAFKA_SETTINGS_UNREADABLE broker 1 (kafka-1:9092)']);
  });
});

describe('brokers', () => {
  it.each([
    ['older than 3.9', ['KAFKA_BROKER_VERSION broker 1 (kafka-1:9092)']],
    ['4.1 or newer', []],
  ])('of Kafka %s: %j', (kafka, wanted) => {
    expect(withBroker({ ...broker(1), kafka })).toEqual(wanted);
  });

  it('that do not answer are named, and judged no further', () => {
    const silent = { ...broker(1), trouble: 'timeout', kafka: undefined, settings: undefined };
    expect(withBroker(silent)).toEqual(['KAFKA_BROKER_UNREACHABLE broker 1 (kafka-1:9092)']);
  });

  it('that hold partitions and are down are named', () => {
    const found = findings({ brokers: [broker(1), broker(3)] });
    expect(found).toEqual(['KAFKA_BROKER_DOWN broker 2']);
  });

  it('fewer than three are a warning, with as many replicas as there can be', () => {
    const two = { replicas: [1, 2], settings: { 'min.insync.replicas': '1' } };
    const internal = internalTopic({ replicas: [1, 2], minInSync: 1 });
    const small = safeCluster({
      brokers: [broker(1), broker(2)],
      topics: [topic(facts, two)],
      transactionLog: internal,
      offsets: internal,
    });
    const all = findingsOf(small, demands);
    expect(all.map(({ code, severity }) => [code, severity])).toEqual([
      ['KAFKA_CLUSTER_SMALL', 'warn'],
    ]);
  });
});

describe('places of partitions', () => {
  it.each([
    [[1, 2], ['KAFKA_TOPIC_REPLICATION topic facts']],
    [[1, 2, 3], []],
    [[1, 2, 3, 4], ['KAFKA_BROKER_DOWN broker 4']],
  ])('on brokers %j: %j', (replicas, wanted) => {
    const settings = { 'min.insync.replicas': '1' };
    const more = replicas.length < 3 ? { settings } : {};
    expect(withTopic(topic(facts, { replicas, ...more }))).toEqual(wanted);
  });

  it.each([
    [[1], 'KAFKA_PARTITION_UNDER_MIN_IN_SYNC'],
    [[1, 2], undefined],
  ])('with %j in sync of two that must be: %s', (isr, code) => {
    const wanted =
      code === undefined ? [] : [`${code} partition facts/0`, `${code} partition facts/1`];
    expect(withTopic(topic(facts, { isr }))).toEqual(wanted);
  });

  it('without a leader are named, whoever is in sync', () => {
    expect(withTopic(topic(facts, { leader: -1, isr: [] }))).toEqual([
      'KAFKA_PARTITION_LEADERLESS partition facts/0',
      'KAFKA_PARTITION_LEADERLESS partition facts/1',
    ]);
  });

  it('may be led by a broker of number 0', () => {
    const brokers = [broker(0), broker(1), broker(2)];
    const led = topic(facts, { leader: 0, replicas: [0, 1, 2] });
    const internal = internalTopic({ replicas: [0, 1, 2] });
    const cluster = { brokers, topics: [led], transactionLog: internal, offsets: internal };
    expect(findings(cluster)).toEqual([]);
  });

  it('in other numbers than declared are refused; all alike, the setting is named', () => {
    const alike = [facts, table, results].map((spec) => topic({ ...spec, partitions: 3 }));
    const found = findingsOf(safeCluster({ topics: alike }), demands);
    expect(found.map(({ code, cure }) => [code, cure])).toEqual(
      alike.map(() => [
        'KAFKA_TOPIC_PARTITIONS',
        'all topics have 3 partitions: set MILLRACE_LANES=3',
      ]),
    );
    expect(withTopic(topic({ ...facts, partitions: 3 }))).toEqual([
      'KAFKA_TOPIC_PARTITIONS topic facts',
    ]);
  });
});

describe("Kafka's own topics", () => {
  it.each([
    [{ replicas: [1, 2] }, ['REPLICATION']],
    [{ minInSync: 1 }, ['MIN_IN_SYNC']],
    [{ replicas: [1], minInSync: 1 }, ['REPLICATION', 'MIN_IN_SYNC']],
  ])('with %j: %j', (change, wanted) => {
    const changed = internalTopic(change);
    const name = 'topic __transaction_state';
    const log = wanted.map((of) => `KAFKA_TRANSACTION_LOG_${of} ${name}`);
    const offsets = wanted.map((of) => `KAFKA_OFFSETS_${of} ${name}`);
    expect(findings({ transactionLog: changed })).toEqual(log);
    expect(findings({ offsets: changed })).toEqual(offsets);
  });

  it('that do not exist yet are judged by what brokers would make', () => {
    const poor = broker(2, {
      'transaction.state.log.replication.factor': '1',
      'transaction.state.log.min.isr': '1',
      'offsets.topic.replication.factor': '1',
      'min.insync.replicas': '1',
    });
    const brokers = [broker(1), poor, broker(3)];
    expect(findings({ brokers })).toEqual([]);
    expect(findings({ brokers, transactionLog: undefined, offsets: undefined })).toEqual([
      'KAFKA_TRANSACTION_LOG_REPLICATION broker 2 (kafka-2:9092)',
      'KAFKA_TRANSACTION_LOG_MIN_IN_SYNC broker 2 (kafka-2:9092)',
      'KAFKA_OFFSETS_REPLICATION broker 2 (kafka-2:9092)',
      'KAFKA_OFFSETS_MIN_IN_SYNC broker 2 (kafka-2:9092)',
    ]);
  });

  it('cannot be made with more replicas than there are brokers', () => {
    const topics = [topic(facts, { replicas: [1] })];
    const alone = { brokers: [broker(1)], topics, transactionLog: undefined, offsets: undefined };
    expect(findings(alone)).toEqual([
      'KAFKA_INTERNAL_TOPIC_IMPOSSIBLE broker 1 (kafka-1:9092)',
      'KAFKA_INTERNAL_TOPIC_IMPOSSIBLE broker 1 (kafka-1:9092)',
      'KAFKA_CLUSTER_SMALL cluster',
    ]);
  });
});

describe('the name of the log', () => {
  it.each(['missing', 'made'] as const)('that is %s beside topics is a warning', (incarnation) => {
    expect(findings({ incarnation })).toEqual(['KAFKA_INCARNATION_MISSING cluster']);
  });
});
