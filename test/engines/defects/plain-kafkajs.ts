/** kafkajs 2.2.4 as it is published, with the defaults that it has in production. */
import './production-defaults';

import { Kafka, logLevel, type Producer, type RetryOptions } from 'kafkajs';

/** How to reach the brokers. */
export interface PlainOptions {
  readonly brokers: readonly string[];
  readonly retry?: RetryOptions;
  readonly requestTimeoutMs?: number;
}

/** A client that says nothing. */
export const plainKafka = ({ brokers, retry, requestTimeoutMs }: PlainOptions): Kafka =>
  new Kafka({
    brokers: [...brokers],
    clientId: 'plain-kafkajs',
    logLevel: logLevel.NOTHING,
    connectionTimeout: 5_000,
    ...(retry === undefined ? {} : { retry }),
    ...(requestTimeoutMs === undefined ? {} : { requestTimeout: requestTimeoutMs }),
  });

/** A connected transactional producer; `disconnectPlain` ends it. */
export const plainTransactional = (
  kafka: Kafka,
  transactionalId: string,
  retry?: RetryOptions,
): Promise<Producer> =>
  connected(
    kafka.producer({
      transactionalId,
      idempotent: true,
      maxInFlightRequests: 1,
      transactionTimeout: 10_000,
      ...(retry === undefined ? {} : { retry }),
    }),
  );

/** A connected idempotent producer; `disconnectPlain` ends it. */
export const plainIdempotent = (kafka: Kafka, retry?: RetryOptions): Promise<Producer> =>
  connected(kafka.producer({ idempotent: true, ...(retry === undefined ? {} : { retry }) }));

/** Ends every producer that was connected here; a spec calls it when it is done. */
export const disconnectPlain = async (): Promise<void> => {
  const producers = [...open];
  open.clear();
  await Promise.all(producers.map((producer) => producer.disconnect()));
};

/** Kafka's name of the error behind an error of kafkajs, as kafkajs calls it. */
export const typeOf = (error: unknown): unknown => {
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? Reflect.get(cause, 'type') : cause;
};

const open = new Set<Producer>();

const connected = async (producer: Producer): Promise<Producer> => {
  open.add(producer);
  await producer.connect();
  return producer;
};
