/** `server.properties` of one node that is broker and controller at once. */
import type { KafkaProfile } from './kafka-cluster.port';
import type { BrokerAddress } from './wire/ask-broker';

/** Addresses of one node. */
export interface NodeAddresses {
  readonly nodeId: number;
  /** Where it listens for clients. */
  readonly client: BrokerAddress;
  /** Where it sends clients. */
  readonly advertised: BrokerAddress;
  /** Between brokers, and for judges: never behind a fault proxy. */
  readonly inner: BrokerAddress;
  readonly controller: BrokerAddress;
  readonly secured?: BrokerAddress;
}

/** What the settings say. */
export interface NodeSettings {
  readonly node: NodeAddresses;
  readonly all: readonly NodeAddresses[];
  readonly dataFolder: string;
  readonly profile: KafkaProfile;
  /** More lines; they win. */
  readonly more: Readonly<Record<string, string>>;
}

/** Failover of a killed leader in 3 to 6 s instead of 9 to 10 s. */
const FAST_FAILOVER = {
  'broker.session.timeout.ms': '3000',
  'broker.heartbeat.interval.ms': '500',
  'controller.quorum.election.timeout.ms': '500',
  'controller.quorum.fetch.timeout.ms': '1000',
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': '1000',
} as const;

/** Little memory and few threads: several clusters share one machine. */
const SMALL = {
  'num.network.threads': '2',
  'num.io.threads': '4',
  'num.replica.fetchers': '1',
  'log.cleaner.threads': '1',
  'log.cleaner.dedupe.buffer.size': '16777216',
  'log.cleaner.backoff.ms': '1000',
  'background.threads': '2',
  'num.recovery.threads.per.data.dir': '1',
} as const;

export const nodeSettings = (settings: NodeSettings): string => {
  const all = {
    ...listenerSettings(settings),
    ...replicationSettings(settings.all.length),
    ...SMALL,
    ...(settings.profile === 'test' ? FAST_FAILOVER : {}),
    ...settings.more,
  };
  return Object.entries(all)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
};

const listenerSettings = ({
  node,
  all,
  dataFolder,
}: NodeSettings): Readonly<Record<string, string>> => {
  const secured = node.secured === undefined ? [] : [`SECURED://${at(node.secured)}`];
  const map = ['PLAINTEXT:PLAINTEXT', 'INNER:PLAINTEXT', 'CONTROLLER:PLAINTEXT'];
  return {
    'process.roles': 'broker,controller',
    'node.id': String(node.nodeId),
    'controller.quorum.voters': all
      .map(({ nodeId, controller }) => `${nodeId}@${at(controller)}`)
      .join(','),
    listeners: [
      `PLAINTEXT://${at(node.client)}`,
      `INNER://${at(node.inner)}`,
      `CONTROLLER://${at(node.controller)}`,
      ...secured,
    ].join(','),
    'advertised.listeners': [
      `PLAINTEXT://${at(node.advertised)}`,
      `INNER://${at(node.inner)}`,
      ...secured,
    ].join(','),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'INNER',
    'listener.security.protocol.map': [
      ...map,
      ...(secured.length > 0 ? ['SECURED:SASL_SSL'] : []),
    ].join(','),
    'log.dirs': dataFolder,
  };
};

const replicationSettings = (brokers: number): Readonly<Record<string, string>> => {
  const replicas = String(Math.min(3, brokers));
  const inSync = String(Math.min(2, brokers));
  return {
    'num.partitions': '1',
    'default.replication.factor': replicas,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': '5',
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': inSync,
    'transaction.state.log.num.partitions': '5',
    'group.initial.rebalance.delay.ms': '0',
    'auto.create.topics.enable': 'false',
  };
};

const at = ({ host, port }: BrokerAddress): string => `${host}:${port}`;
