/**
 * Fetch v11 that gives the bytes of the batches as they came, so that control batches, aborted
 * ranges and empty batches are judged here and records are decoded on demand.
 * Source: Kafka protocol guide, "Fetch API (Key: 1)".
 */
import Encoder = require('kafkajs/src/protocol/encoder');

import type { ApiCall } from './api-call';
import { apiKeys } from './api-keys';
import { WireReader } from './wire-reader';

/** From where a partition is fetched. */
export interface FetchPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** The broker cuts after this many bytes, but gives at least one batch. */
  readonly maxBytes: number;
}

/** A fetch from one broker, committed records only (aborted ones come with their ranges). */
export interface FetchRequest {
  readonly positions: readonly FetchPosition[];
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  /** Where this client stands; '' for anywhere. A broker may then name a nearer replica. */
  readonly rackId: string;
}

/** An aborted transaction that may reach into what was fetched. */
export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
}

/** What came of one partition; `errorCode` is the caller's to judge. */
export interface FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  readonly aborted: readonly AbortedTransaction[];
  /** Node to fetch from instead, or -1. */
  readonly preferredReplica: number;
  /** Record batches, the last one perhaps cut; a view on the answer. */
  readonly bytes: Buffer;
}

/** Answer of a fetch. */
export interface FetchAnswer {
  readonly errorCode: number;
  readonly partitions: readonly FetchedPartition[];
}

const VERSION = 11;
const READ_COMMITTED = 1;
const NO_SESSION = -1;
const CONSUMER = -1;
const UNKNOWN = -1;

export const fetchCall = (request: FetchRequest): ApiCall<FetchAnswer> => ({
  name: 'Fetch',
  apiKey: apiKeys.fetch,
  versions: [VERSION],
  brokerWaitMs: request.maxWaitMs,
  at: (apiVersion) => ({
    request: {
      apiKey: apiKeys.fetch,
      apiVersion,
      apiName: 'Fetch',
      encode: async () => encodeFetch(request),
    },
    response: {
      decode: async (payload) => ({ clientSideThrottleTime: payload.readInt32BE(0), payload }),
      parse: async (decoded) => readFetched(decoded),
    },
  }),
});

const encodeFetch = (request: FetchRequest): Encoder => {
  const { positions, maxWaitMs, minBytes, maxBytes, rackId } = request;
  const encoder = new Encoder()
    .writeInt32(CONSUMER)
    .writeInt32(maxWaitMs)
    .writeInt32(minBytes)
    .writeInt32(maxBytes)
    .writeInt8(READ_COMMITTED)
    .writeInt32(0)
    .writeInt32(NO_SESSION);
  const runs = inRuns(positions);
  encoder.writeInt32(runs.length);
  for (const run of runs) {
    encoder.writeString(run[0]?.topic ?? '').writeInt32(run.length);
    for (const { partition, offset, maxBytes: partitionMaxBytes } of run) {
      encoder
        .writeInt32(partition)
        .writeInt32(UNKNOWN)
        .writeInt64(offset)
        .writeInt64(UNKNOWN)
        .writeInt32(partitionMaxBytes);
    }
  }
  return encoder.writeInt32(0).writeString(rackId);
};

// The broker fills its answer in the order of the request: the caller's order is kept.
const inRuns = (positions: readonly FetchPosition[]): readonly (readonly FetchPosition[])[] => {
  const runs: FetchPosition[][] = [];
  for (const position of positions) {
    const last = runs.at(-1);
    if (last !== undefined && last[0]?.topic === position.topic) last.push(position);
    else runs.push([position]);
  }
  return runs;
};

const readFetched = (decoded: object): FetchAnswer => {
  const reader = WireReader.over(decoded);
  reader.int32(); // throttle time
  const errorCode = reader.int16();
  reader.int32(); // session id
  const partitions: FetchedPartition[] = [];
  for (let topics = reader.int32(); topics > 0; topics--) {
    const topic = reader.string() ?? '';
    for (let count = reader.int32(); count > 0; count--) {
      partitions.push(readPartition(reader, topic));
    }
  }
  return { errorCode, partitions };
};

const readPartition = (reader: WireReader, topic: string): FetchedPartition => {
  const partition = reader.int32();
  const errorCode = reader.int16();
  const highWatermark = reader.int64();
  const lastStableOffset = reader.int64();
  const logStartOffset = reader.int64();
  const aborted: AbortedTransaction[] = [];
  for (let count = reader.int32(); count > 0; count--) {
    aborted.push({ producerId: reader.int64(), firstOffset: reader.int64() });
  }
  const preferredReplica = reader.int32();
  const bytes = reader.bytes();
  return {
    topic,
    partition,
    errorCode,
    highWatermark,
    lastStableOffset,
    logStartOffset,
    aborted,
    preferredReplica,
    bytes,
  };
};
