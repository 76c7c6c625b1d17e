/**
 * The event log that the configuration names: in the data folder, or on Kafka.
 */
import { existsSync } from 'node:fs';
import type { Clock, EventLog } from '@millrace/event-log';
import {
  openEmbeddedLog,
  readLogHolder,
  removeLogHolder,
  writeLogHolder,
} from '@millrace/event-log-embedded';
import { openKafkaLog, refuseUnsafe } from '@millrace/event-log-kafka';
import type { Config } from '../config/load-config';
import type { KafkaLogAddress } from '../config/log-address';
import { SystemClock } from '../time/system-clock';
import { checkFolder, logFolder, rememberLog } from './data-folder-log';
import { type EventSinks, KafkaEvents } from './kafka-events';
import { kafkaLogOptions } from './kafka-log-options';
import { topicCatalogue } from './topic-catalogue';

/** What of the configuration decides about the log. */
export type LogConfig = Pick<
  Config,
  'dataDir' | 'log' | 'kafka' | 'sources' | 'lanes' | 'commandResultsMs'
>;

/** An open log of a process. */
export interface OpenedLog {
  readonly log: EventLog;
  /** Written into the data folder: a second process on the folder is given this address. */
  describeHolder(details: { readonly address: string }): Promise<void>;
  /** From now on the log tells there what happens to it. */
  tellTo(sinks: EventSinks): void;
  /** Closes the log and takes the holder's file away. Idempotent. */
  close(): Promise<void>;
}

/** What else a log is opened with. */
export interface OpenParts {
  readonly clock: Clock;
  /** Named to a second process that finds the folder in use, and in the brokers' logs. */
  readonly command: string;
}

/**
 * Opens the log with all topics of the catalogue: `MILLRACE_LOG=embedded` keeps it in
 * `<MILLRACE_DATA>/log`; on Kafka the cluster and the topics that exist are compared with what the
 * log needs first.
 *
 * @throws LogInUseError, LogStorageFullError, LogDamagedError and others of the embedded log
 * @throws KafkaUnsafeError, KafkaUnreachableError, KafkaAuthenticationError, KafkaTlsError
 * @throws TopicMismatchError a topic exists with other partitions or cleanup than declared
 * @throws DataFolderOtherLogError the data folder belongs to another log
 * @throws ConfigInvalidError the file with the CAs cannot be read
 */
export const openEventLog = async (config: LogConfig, parts: OpenParts): Promise<OpenedLog> => {
  checkFolder(config.dataDir, config.log);
  const opened =
    config.log.kind === 'kafka'
      ? await openOnKafka(config.log, config, parts)
      : await openEmbedded(config, parts);
  try {
    await opened.log.ensureTopics(topicCatalogue(config));
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
};

const openEmbedded = async (
  config: LogConfig,
  { clock, command }: OpenParts,
): Promise<OpenedLog> => {
  const log = await openEmbeddedLog({ folder: logFolder(config), clock, command });
  return {
    log,
    describeHolder: (details: { readonly address: string }) => log.describeHolder(details),
    tellTo: () => undefined,
    close: () => log.close(),
  };
};

const openOnKafka = async (
  address: KafkaLogAddress,
  config: LogConfig,
  { clock, command }: OpenParts,
): Promise<OpenedLog> => {
  const { dataDir } = config;
  const observer = new KafkaEvents();
  const log = await openKafkaLog(kafkaLogOptions(address, config, { clock, command, observer }));
  try {
    const found = await log.preflight(topicCatalogue(config));
    const findings = refuseUnsafe(found, new Set(config.kafka.allowUnsafe));
    const startedAt = new Date(new SystemClock().nowMs()).toISOString();
    const holder = { pid: process.pid, command, startedAt };
    return {
      log,
      describeHolder: async ({ address: where }) => {
        // A process that keeps nothing in a folder needs none.
        if (!existsSync(dataDir)) return;
        rememberLog(dataDir, address.url);
        await writeLogHolder(dataDir, { ...holder, address: where });
      },
      tellTo: (sinks) => observer.tellTo(sinks, findings),
      close: async () => {
        await log.close();
        if ((await readLogHolder(dataDir))?.pid === process.pid) await removeLogHolder(dataDir);
      },
    };
  } catch (error) {
    await log.close();
    throw error;
  }
};
