/** From the configuration to the options of a log on Kafka. */
import { readFileSync } from 'node:fs';
import type { Clock } from '@millrace/event-log';
import type { KafkaLogOptions, KafkaObserver } from '@millrace/event-log-kafka';
import { ConfigInvalidError } from '../config/config.errors';
import type { Config } from '../config/load-config';
import type { KafkaLogAddress } from '../config/log-address';

/** What else the log is opened with. */
export interface KafkaLogParts {
  readonly clock: Clock;
  /** Shown in the brokers' logs. */
  readonly command: string;
  readonly observer?: KafkaObserver;
}

/** @throws ConfigInvalidError the file with the CAs cannot be read */
export const kafkaLogOptions = (
  address: KafkaLogAddress,
  { kafka, sources }: Pick<Config, 'kafka' | 'sources'>,
  { clock, command, observer }: KafkaLogParts,
): KafkaLogOptions => {
  const { brokers, namespace } = address;
  const { sasl, rack, compression, caFile } = kafka;
  const ca = caFile === undefined ? undefined : readCa(caFile, sources);
  const tls = ca === undefined ? { tls: true as const } : { tls: { ca } };
  return {
    brokers,
    namespace,
    clock,
    compression,
    clientId: command.replace(/[^A-Za-z0-9._-]+/g, '-'),
    ...(kafka.tls ? tls : {}),
    ...(sasl === undefined ? {} : { sasl }),
    ...(rack === undefined ? {} : { rackId: rack }),
    ...(observer === undefined ? {} : { observer }),
  };
};

const readCa = (file: string, sources: Config['sources']): string => {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  } catch {
    // Said below, as for a file that holds something else.
  }
  const variable = 'MILLRACE_KAFKA_CA_FILE';
  const allowed = `${file} is not a PEM file with a certificate that can be read`;
  throw new ConfigInvalidError([{ variable, kind: 'file', allowed, source: sources[variable] }]);
};
