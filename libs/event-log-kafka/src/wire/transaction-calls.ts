/** Requests of the transaction protocol: all but the first go with producer id and epoch. */
import { requests } from 'kafkajs/src/protocol/requests';
import { type ApiCall, kafkaJsCall } from './api-call';
import { apiKeys } from './api-keys';
import type { TopicPartitions } from './cluster-calls';
import { checkCode } from './protocol-errors';

/** Who writes: a newer epoch of the same id fences the older one. */
export interface ProducerIdentity {
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** Who writes in which transaction. */
export interface TransactionIdentity extends ProducerIdentity {
  readonly transactionalId: string;
}

/**
 * Takes a producer id. With a transactional id (to its coordinator): raises the epoch and ends the
 * predecessor's open transaction; without (to any broker): a new id.
 */
export const initProducerIdCall = (
  transactionalId: string | null,
  transactionTimeoutMs: number,
): ApiCall<ProducerIdentity> =>
  kafkaJsCall<{ errorCode: number; producerId: string; producerEpoch: number }, ProducerIdentity>({
    name: 'InitProducerId',
    apiKey: apiKeys.initProducerId,
    api: requests['InitProducerId'],
    params: { transactionalId, transactionTimeout: transactionTimeoutMs },
    fromVersion: 1,
    read: ({ errorCode, producerId, producerEpoch }) => {
      checkCode('InitProducerId', errorCode);
      return { producerId: Number(producerId), producerEpoch };
    },
  });

interface AddPartitionsAnswer {
  readonly errors: readonly {
    readonly partitionErrors: readonly { readonly errorCode: number }[];
  }[];
}

/** To the transaction coordinator: these partitions take part from now on. */
export const addPartitionsToTxnCall = (
  identity: TransactionIdentity,
  topics: readonly TopicPartitions[],
): ApiCall<void> =>
  kafkaJsCall<AddPartitionsAnswer, void>({
    name: 'AddPartitionsToTxn',
    apiKey: apiKeys.addPartitionsToTxn,
    api: requests['AddPartitionsToTxn'],
    params: { ...identity, topics },
    fromVersion: 1,
    read: ({ errors }) => {
      const codes = errors.flatMap(({ partitionErrors }) =>
        partitionErrors.map(({ errorCode }) => errorCode),
      );
      // One bad partition makes the others OPERATION_NOT_ATTEMPTED (55): name the bad one.
      checkCode('AddPartitionsToTxn', codes.find((code) => code !== 0 && code !== 55) ?? 0);
      checkCode('AddPartitionsToTxn', codes.find((code) => code !== 0) ?? 0);
    },
  });

/** To the transaction coordinator: ends the transaction. Answered before readers can see its end. */
export const endTxnCall = (identity: TransactionIdentity, commit: boolean): ApiCall<void> =>
  kafkaJsCall<{ errorCode: number }, void>({
    name: 'EndTxn',
    apiKey: apiKeys.endTxn,
    api: requests['EndTxn'],
    params: { ...identity, transactionResult: commit },
    fromVersion: 1,
    read: ({ errorCode }) => checkCode('EndTxn', errorCode),
  });

/** To the transaction coordinator: offsets of this group take part. */
export const addOffsetsToTxnCall = (
  identity: TransactionIdentity,
  groupId: string,
): ApiCall<void> =>
  kafkaJsCall<{ errorCode: number }, void>({
    name: 'AddOffsetsToTxn',
    apiKey: apiKeys.addOffsetsToTxn,
    api: requests['AddOffsetsToTxn'],
    params: { ...identity, groupId },
    fromVersion: 1,
    read: ({ errorCode }) => checkCode('AddOffsetsToTxn', errorCode),
  });

/** Offsets of one topic, as offset requests take them. */
export interface TopicOffsets {
  readonly topic: string;
  readonly partitions: readonly {
    readonly partition: number;
    readonly offset: string;
    readonly metadata: string | null;
  }[];
}

/** What offset requests answer, per partition. */
export interface OffsetAnswer {
  readonly topics?: readonly PartitionCodes[];
  readonly responses?: readonly PartitionCodes[];
}

interface PartitionCodes {
  readonly partitions: readonly { readonly errorCode: number }[];
}

/** @throws RequestFailedError for the first partition with an error */
export const checkOffsetCodes = (request: string, answer: OffsetAnswer): void => {
  for (const { partitions } of answer.topics ?? answer.responses ?? []) {
    for (const { errorCode } of partitions) checkCode(request, errorCode);
  }
};

/** To the group coordinator: offsets that become the group's when the transaction commits. */
export const txnOffsetCommitCall = (
  identity: TransactionIdentity,
  groupId: string,
  topics: readonly TopicOffsets[],
): ApiCall<void> =>
  kafkaJsCall<OffsetAnswer, void>({
    name: 'TxnOffsetCommit',
    apiKey: apiKeys.txnOffsetCommit,
    api: requests['TxnOffsetCommit'],
    params: { ...identity, groupId, topics },
    fromVersion: 1,
    read: (answer) => checkOffsetCodes('TxnOffsetCommit', answer),
  });
