/**
 * Which event log a process uses: `embedded`, or `kafka://host:port[,host:port…][/namespace]`.
 */

/** The log in the data folder. */
export interface EmbeddedLogAddress {
  readonly kind: 'embedded';
}

/** A log in a Kafka cluster. */
export interface KafkaLogAddress {
  readonly kind: 'kafka';
  /** `host:port` each. */
  readonly brokers: readonly string[];
  /** Put before every name in the cluster, with a point behind it; empty for none. */
  readonly namespace: string;
  /** As it is written, without credentials. */
  readonly url: string;
}

/** See the top of the file. */
export type LogAddress = EmbeddedLogAddress | KafkaLogAddress;

const KAFKA = /^kafka:\/\/([^/@?#\s]+)(?:\/([a-z0-9._-]{0,49}))?$/;
const BROKER = /^(?:[A-Za-z0-9._-]{1,253}|\[[0-9a-fA-F:]{2,45}\]):(\d{1,5})$/;
const MAX_PORT = 65_535;

/** @returns undefined when the text is none; credentials in it are refused */
export const parseLogAddress = (text: string): LogAddress | undefined => {
  if (text === 'embedded') return { kind: 'embedded' };
  const [, list, name = ''] = KAFKA.exec(text) ?? [];
  const brokers = list?.split(',') ?? [];
  if (brokers.length === 0 || !brokers.every(isBroker)) return undefined;
  // With a point, so that topics of `shop` and of `shop2` are told apart.
  const namespace = name === '' || name.endsWith('.') ? name : `${name}.`;
  return { kind: 'kafka', brokers, namespace, url: text };
};

const isBroker = (text: string): boolean => {
  const port = Number(BROKER.exec(text)?.[1] ?? 0);
  return port > 0 && port <= MAX_PORT;
};
