/**
 * Brokers in memory, as readers see them: fetches that wait, offsets, metadata that is stale until
 * it is refreshed. Requests and answers pass through their real encoding.
 */

import type { KnownTopic } from '../../cluster/cluster-metadata';
import { retrying } from '../../cluster/retrying';
import { DEFAULT_KAFKA_LIMITS, type KafkaLimits } from '../../kafka-options';
import type { KafkaEvent } from '../../observer.port';
import type { ApiCall } from '../../wire/api-call';
import { apiKeys } from '../../wire/api-keys';
import type { FetchPosition, FetchRequest } from '../../wire/fetch-call';
import { RequestFailedError } from '../../wire/request-failed.errors';
import type { FetchPool, ReadingCluster } from '../reading-cluster.port';
import { answerBytes, type PartitionAnswer, readFetchRequest } from './fetch-wire';
import { answerListOffsets } from './list-offsets-wire';
import { PartitionModel } from './partition-model';

/** A fetch that a broker has seen. */
export interface LoggedFetch extends FetchRequest {
  readonly nodeId: number;
  readonly atMs: number;
  readonly pool: number;
}

const OFFSET_OUT_OF_RANGE = 1;
const UNKNOWN_TOPIC_OR_PARTITION = 3;
const NOT_LEADER = 6;
const LATENCY_MS = 1;

/** See the top of the file. */
export class ClusterModel implements ReadingCluster {
  readonly limits: KafkaLimits;
  readonly events: KafkaEvent[] = [];
  readonly observer = { event: (event: KafkaEvent): void => void this.events.push(event) };
  readonly fetches: LoggedFetch[] = [];
  readonly openPools = new Set<FetchPool>();
  /** Nodes that answer nothing; requests to them end with the request timeout. */
  readonly silent = new Set<number>();
  /** What requests to a node fail with. */
  readonly failing = new Map<number, Error>();
  /** Brokers that do not wait when they have nothing. */
  impatient = false;
  refreshes = 0;
  readonly #topics = new Map<string, PartitionModel[]>();
  #known = new Map<string, KnownTopic>();
  readonly #waiting = new Set<() => void>();
  #pools = 0;

  constructor(limits: Partial<KafkaLimits> = {}) {
    this.limits = { ...DEFAULT_KAFKA_LIMITS, ...limits };
  }

  readonly metadata: ReadingCluster['metadata'] = {
    addressOf: (nodeId) => `127.0.0.1:${nodeId}`,
    leaderOf: ({ topic, partition }) => {
      const leader = this.#known.get(topic)?.partitions[partition]?.leader;
      return leader === undefined || leader < 0 ? undefined : leader;
    },
    topic: (name) => this.#known.get(name),
    learn: async (topics) => {
      if ([...topics].some((name) => !this.#known.has(name))) await this.metadata.refresh();
    },
    refresh: async () => {
      await later(LATENCY_MS);
      this.refreshes++;
      this.#known = new Map([...this.#topics].map(([name, list]) => [name, placesOf(list)]));
    },
  };

  /** @param leaders of its partitions */
  addTopic(name: string, leaders: readonly number[]): readonly PartitionModel[] {
    const onAppend = (): void => {
      for (const wake of [...this.#waiting]) wake();
    };
    const partitions = leaders.map((leader) => new PartitionModel(leader, onAppend));
    this.#topics.set(name, partitions);
    return partitions;
  }

  deleteTopic(name: string): void {
    this.#topics.delete(name);
  }

  readonly retrying: ReadingCluster['retrying'] = (operation) => retrying(operation, this);

  send<T>(nodeId: number, call: ApiCall<T>): Promise<T> {
    return this.#serve(nodeId, call, { number: 0, closed: new Promise(() => undefined) });
  }

  openPool(): FetchPool {
    let close: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => {
      close = resolve;
    });
    const number = ++this.#pools;
    const pool: FetchPool = {
      send: (nodeId, call) => this.#serve(nodeId, call, { number, closed }),
      close,
    };
    this.openPools.add(pool);
    return pool;
  }

  closePool(pool: FetchPool): void {
    this.openPools.delete(pool);
    pool.close();
  }

  async #serve<T>(nodeId: number, call: ApiCall<T>, pool: ServingPool): Promise<T> {
    const version = call.versions.at(-1) ?? -1;
    const { request, response } = call.at(version);
    const { buffer } = await request.encode();
    const failed = pool.closed.then(() => {
      throw failure('connection');
    });
    return Promise.race([failed, this.#answer(nodeId, { call, bytes: buffer, pool })]).then(
      (decoded) => response.parse(decoded),
    );
  }

  async #answer(nodeId: number, served: ServedRequest): Promise<object> {
    const { call, bytes, pool } = served;
    await later(LATENCY_MS);
    const error = this.failing.get(nodeId);
    if (error !== undefined) throw error;
    if (this.silent.has(nodeId)) {
      await later(this.limits.requestTimeoutMs + (call.brokerWaitMs ?? 0));
      throw failure('timeout');
    }
    if (call.apiKey === apiKeys.listOffsets) {
      return answerListOffsets(bytes, (at) => this.#partition(at));
    }
    const seen = readFetchRequest(bytes);
    this.fetches.push({ ...seen, nodeId, atMs: performance.now(), pool: pool.number });
    const answer = (): readonly PartitionAnswer[] => this.#read(nodeId, seen);
    if (!this.impatient && !isWorthAnswering(answer())) await this.#waitFor(seen, answer);
    return { payload: answerBytes(take(answer(), seen, (at) => this.#partition(at))) };
  }

  async #waitFor(
    { maxWaitMs }: FetchRequest,
    answer: () => readonly PartitionAnswer[],
  ): Promise<void> {
    const until = performance.now() + maxWaitMs;
    while (performance.now() < until && !isWorthAnswering(answer())) {
      let wake: () => void = () => undefined;
      const appended = new Promise<void>((resolve) => {
        wake = resolve;
      });
      this.#waiting.add(wake);
      await Promise.race([appended, later(until - performance.now())]);
      this.#waiting.delete(wake);
    }
  }

  #read(nodeId: number, { positions, maxBytes, rackId }: FetchRequest): readonly PartitionAnswer[] {
    let leftBytes = maxBytes;
    let isFirst = true;
    return positions.map((position) => {
      const held = this.#partition(position);
      const errorCode = errorOf(held, position, nodeId);
      const answer = { ...position, errorCode, held, bytes: NOTHING, nearReplica: -1 };
      if (held === undefined || errorCode !== 0) return answer;
      const { nearReplica } = held;
      if (rackId !== '' && nearReplica >= 0 && nearReplica !== nodeId) {
        return { ...answer, nearReplica };
      }
      const limit = Math.min(leftBytes, position.maxBytes);
      const bytes = held.read(position.offset, limit, isFirst);
      if (bytes.length > 0) isFirst = false;
      leftBytes -= bytes.length;
      return { ...answer, bytes };
    });
  }

  #partition({ topic, partition }: { topic: string; partition: number }) {
    return this.#topics.get(topic)?.[partition];
  }
}

interface ServingPool {
  readonly number: number;
  readonly closed: Promise<void>;
}

interface ServedRequest {
  readonly call: ApiCall<unknown>;
  readonly bytes: Buffer;
  readonly pool: ServingPool;
}

const NOTHING = Buffer.alloc(0);

const placesOf = (partitions: readonly PartitionModel[]): KnownTopic => ({
  partitions: partitions.map(({ leader }, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader,
    replicas: [leader],
    isr: [leader],
  })),
});

const errorOf = (
  partition: PartitionModel | undefined,
  { offset }: FetchPosition,
  nodeId: number,
): number => {
  if (partition === undefined) return UNKNOWN_TOPIC_OR_PARTITION;
  const [scripted] = partition.fetchErrors;
  if (scripted !== undefined) return scripted;
  if (partition.leader !== nodeId && partition.nearReplica !== nodeId) return NOT_LEADER;
  const isInside = offset >= partition.startOffset && offset <= partition.nextOffset;
  return isInside ? 0 : OFFSET_OUT_OF_RANGE;
};

const isWorthAnswering = (answer: readonly PartitionAnswer[]): boolean =>
  answer.some(
    ({ errorCode, bytes, nearReplica }) => errorCode !== 0 || bytes.length > 0 || nearReplica >= 0,
  );

// A scripted error is answered once.
const take = (
  answer: readonly PartitionAnswer[],
  { positions }: FetchRequest,
  partitionOf: (at: FetchPosition) => PartitionModel | undefined,
): readonly PartitionAnswer[] => {
  for (const position of positions) partitionOf(position)?.fetchErrors.shift();
  return answer;
};

const failure = (kind: 'timeout' | 'connection'): RequestFailedError =>
  new RequestFailedError('a request', { kind, mayHaveArrived: true });

const later = (waitMs: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, waitMs);
  });
