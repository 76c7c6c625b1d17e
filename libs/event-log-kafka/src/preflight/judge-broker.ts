/** Findings of one broker: whether it answers, its version, its settings. */
import type { BrokerDescription } from './cluster-description';
import { type Demands, TRANSACTIONAL_ID_EXPIRATION_MS } from './demands';
import { type Finding, findingOf } from './finding';
import type { FindingCode } from './finding-kinds.errors';

/** Kafka's names of the settings of a broker that matter to us. */
export const brokerSetting = {
  autoCreate: 'auto.create.topics.enable',
  minInSync: 'min.insync.replicas',
  transactionLogReplication: 'transaction.state.log.replication.factor',
  transactionLogMinInSync: 'transaction.state.log.min.isr',
  offsetsReplication: 'offsets.topic.replication.factor',
  transactionalIdExpirationMs: 'transactional.id.expiration.ms',
  transactionMaxTimeoutMs: 'transaction.max.timeout.ms',
  partitionVerification: 'transaction.partition.verification.enable',
  minSessionTimeoutMs: 'group.min.session.timeout.ms',
  maxSessionTimeoutMs: 'group.max.session.timeout.ms',
} as const;

/** All of them. */
export const JUDGED_BROKER_SETTINGS: readonly string[] = Object.values(brokerSetting);

interface BrokerRule {
  readonly code: FindingCode;
  readonly setting: string;
  readonly wanted: (demands: Demands) => string;
  readonly isUnsafe: (value: string, demands: Demands) => boolean;
}

const atLeast = (
  code: FindingCode,
  setting: string,
  bound: (of: Demands) => number,
): BrokerRule => ({
  code,
  setting,
  wanted: (demands) => String(bound(demands)),
  isUnsafe: (value, demands) => Number(value) < bound(demands),
});

const RULES: readonly BrokerRule[] = [
  {
    code: 'KAFKA_AUTO_CREATE_TOPICS',
    setting: brokerSetting.autoCreate,
    wanted: () => 'false',
    isUnsafe: (value) => value !== 'false',
  },
  {
    code: 'KAFKA_PARTITION_VERIFICATION',
    setting: brokerSetting.partitionVerification,
    wanted: () => 'true',
    isUnsafe: (value) => value !== 'true',
  },
  atLeast(
    'KAFKA_TRANSACTIONAL_ID_EXPIRATION',
    brokerSetting.transactionalIdExpirationMs,
    () => TRANSACTIONAL_ID_EXPIRATION_MS,
  ),
  atLeast(
    'KAFKA_TRANSACTION_MAX_TIMEOUT',
    brokerSetting.transactionMaxTimeoutMs,
    ({ limits }) => limits.transactionTimeoutMs,
  ),
  atLeast(
    'KAFKA_GROUP_SESSION_TIMEOUT',
    brokerSetting.maxSessionTimeoutMs,
    ({ limits }) => limits.sessionTimeoutMs,
  ),
  {
    code: 'KAFKA_GROUP_SESSION_TIMEOUT',
    setting: brokerSetting.minSessionTimeoutMs,
    wanted: ({ limits }) => String(limits.sessionTimeoutMs),
    isUnsafe: (value, { limits }) => Number(value) > limits.sessionTimeoutMs,
  },
];

const TOO_OLD = 'older than 3.9';

/** See the top of the file. */
export const brokerFindings = (broker: BrokerDescription, demands: Demands): readonly Finding[] => {
  const subject = nameOf(broker);
  if (broker.trouble !== undefined) return [unreachable(subject, broker.trouble)];
  const version = broker.kafka === TOO_OLD ? [outdated(subject, TOO_OLD)] : [];
  const settings = RULES.flatMap(({ code, setting, wanted, isUnsafe }) => {
    const value = broker.settings?.get(setting);
    if (value === undefined || !isUnsafe(value, demands)) return [];
    const good = wanted(demands);
    const found = `${setting} is ${value}`;
    return [findingOf(code, { subject, found, wanted: good, cure: setOnBroker(setting, good) })];
  });
  return [...version, ...settings];
};

/** `broker 2 (kafka-2:9092)`. */
export const nameOf = ({ nodeId, address }: BrokerDescription): string =>
  `broker ${nodeId} (${address})`;

/** How a setting of brokers is changed. */
export const setOnBroker = (setting: string, value: string): string =>
  `set ${setting}=${value} in server.properties of every broker and restart them one by one`;

const unreachable = (subject: string, trouble: string): Finding =>
  findingOf('KAFKA_BROKER_UNREACHABLE', {
    subject,
    found: `it does not answer (${trouble})`,
    wanted: 'an answer',
    cure: 'correct advertised.listeners, the name service or the network between it and here',
  });

const outdated = (subject: string, found: string): Finding =>
  findingOf('KAFKA_BROKER_VERSION', {
    subject,
    found: `Kafka is ${found}`,
    wanted: '3.9 to 4.x',
    cure: 'update the broker',
  });
