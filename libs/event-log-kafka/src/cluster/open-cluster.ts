/** Reaches a cluster by the options of the log. */
import { DEFAULT_KAFKA_LIMITS, type KafkaLogOptions } from '../kafka-options';
import { SILENT } from '../observer.port';
import { KafkaCluster } from './kafka-cluster';

/** @throws KafkaUnreachableError, KafkaAuthenticationError, KafkaTlsError, KafkajsMismatchError */
export const openCluster = (options: KafkaLogOptions): Promise<KafkaCluster> => {
  const limits = { ...DEFAULT_KAFKA_LIMITS, ...options.limits };
  return KafkaCluster.open({
    brokers: options.brokers,
    clientId: options.clientId ?? 'millrace',
    tls: options.tls,
    sasl: options.sasl,
    connectTimeoutMs: limits.connectTimeoutMs,
    requestTimeoutMs: limits.requestTimeoutMs,
    observer: options.observer ?? SILENT,
    limits,
  });
};
