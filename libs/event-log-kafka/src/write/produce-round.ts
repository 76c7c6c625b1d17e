/**
 * One round of produce requests: at most one batch per partition, one request per leader. All
 * requests are settled before anything is judged; results are kept by partition; what has none is
 * sent again, the same bytes, to whoever leads then (defects D3, D4 and D10 of kafkajs were here).
 */
import { leaderMayHaveMoved } from '../cluster/kafka-cluster';
import type { Verdict } from '../cluster/retrying';
import { type ProducedBatch, produceCall } from '../wire/produce-call';
import { protocolFailure } from '../wire/protocol-errors';
import { RequestFailedError } from '../wire/request-failed.errors';
import { isFenced, isNotWritten, mayProduceAgain } from './write-failures';
import type { WritingCluster } from './writing-cluster.port';

/** One partition's batch. */
export interface RoundBatch {
  /** Name in the cluster. */
  readonly topic: string;
  readonly partition: number;
  readonly batch: Buffer;
}

/** How a round is sent. */
export interface RoundOptions {
  readonly cluster: WritingCluster;
  readonly transactionalId: string | null;
  /** Named in events and errors. */
  readonly operation: string;
  /** Ends the retries early. */
  readonly signal: AbortSignal;
}

const UNWRITTEN = -1;
const LEADER_NOT_AVAILABLE = 5;

/** See the top of the file. */
export class ProduceRound {
  readonly #batches: readonly RoundBatch[];
  readonly #options: RoundOptions;
  readonly #indexes: ReadonlyMap<string, ReadonlyMap<number, number>>;
  readonly #baseOffsets: number[];
  readonly #doubtful: boolean[];

  constructor(batches: readonly RoundBatch[], options: RoundOptions) {
    this.#batches = batches;
    this.#options = options;
    this.#indexes = indexesOf(batches);
    this.#baseOffsets = batches.map(() => UNWRITTEN);
    this.#doubtful = batches.map(() => false);
  }

  /**
   * Sends until every batch is acknowledged by all in-sync replicas.
   * @throws the failure that ended it; see {@link baseOffsetOf}, {@link mayBeWritten} then
   */
  send(): Promise<void> {
    const { cluster, operation, signal } = this.#options;
    return cluster.retrying({
      operation,
      signal,
      attempt: () => this.#attempt(),
      judge: (error) => this.#judge(error),
    });
  }

  /** Offset of a batch's first record, by the batch's index; undefined: no acknowledgement. */
  baseOffsetOf(index: number): number | undefined {
    const offset = this.#baseOffsets[index];
    return offset === UNWRITTEN ? undefined : offset;
  }

  /** Whether a batch is in the log, or may be, or may still come to be. */
  mayBeWritten(index: number): boolean {
    return this.baseOffsetOf(index) !== undefined || this.#doubtful[index] === true;
  }

  async #attempt(): Promise<void> {
    const byLeader = new Map<number, number[]>();
    const failures: unknown[] = [];
    this.#batches.forEach((batch, index) => {
      if (this.#baseOffsets[index] !== UNWRITTEN) return;
      const leader = this.#options.cluster.metadata.leaderOf(batch);
      if (leader === undefined) failures.push(protocolFailure('Produce', LEADER_NOT_AVAILABLE));
      else listIn(byLeader, leader).push(index);
    });
    const sent = [...byLeader].map(([leader, indexes]) => this.#sendTo(leader, indexes));
    for (const failure of await Promise.all(sent)) {
      if (failure !== undefined) failures.push(failure);
    }
    if (failures.length > 0) throw worstOf(failures);
  }

  // Never rejects: every request of the round is settled before the round is judged.
  async #sendTo(leader: number, indexes: readonly number[]): Promise<unknown> {
    const { cluster, transactionalId } = this.#options;
    const batches = this.#batches.filter((_, index) => indexes.includes(index));
    const timeoutMs = cluster.limits.requestTimeoutMs;
    try {
      const answer = await cluster.send(
        leader,
        produceCall({ transactionalId, timeoutMs, batches }),
      );
      return this.#note(indexes, answer);
    } catch (error) {
      if (!(error instanceof RequestFailedError) || error.mayHaveArrived) this.#doubt(indexes);
      return error;
    }
  }

  #note(indexes: readonly number[], answer: readonly ProducedBatch[]): unknown {
    const unanswered = new Set(indexes);
    const failures: unknown[] = [];
    for (const { topic, partition, errorCode, baseOffset } of answer) {
      const index = this.#indexes.get(topic)?.get(partition);
      if (index === undefined || !unanswered.delete(index)) continue;
      if (errorCode === 0 && baseOffset >= 0) {
        this.#baseOffsets[index] = baseOffset;
        continue;
      }
      const failure = protocolFailure(`Produce to ${topic}/${partition}`, errorCode);
      // Also a batch that was written at an offset that the broker does not know any more.
      if (!isNotWritten(failure)) this.#doubtful[index] = true;
      failures.push(failure);
    }
    if (unanswered.size > 0) {
      this.#doubt(unanswered);
      failures.push(answerIncomplete());
    }
    return failures.length === 0 ? undefined : worstOf(failures);
  }

  #doubt(indexes: Iterable<number>): void {
    for (const index of indexes) this.#doubtful[index] = true;
  }

  async #judge(error: unknown): Promise<Verdict> {
    if (!mayProduceAgain(error)) return 'fail';
    const { metadata } = this.#options.cluster;
    const topics = new Set(this.#batches.map(({ topic }) => topic));
    try {
      const unknown = [...topics].filter((topic) => metadata.topic(topic) === undefined);
      if (unknown.length > 0) await metadata.learn(unknown);
      else if (leaderMayHaveMoved(error)) await metadata.refresh();
    } catch {
      // The next attempt meets the same trouble, and is judged by it.
    }
    return 'retry';
  }
}

const indexesOf = (
  batches: readonly RoundBatch[],
): ReadonlyMap<string, ReadonlyMap<number, number>> => {
  const indexes = new Map<string, Map<number, number>>();
  batches.forEach(({ topic, partition }, index) => {
    const partitions = indexes.get(topic) ?? new Map<number, number>();
    indexes.set(topic, partitions.set(partition, index));
  });
  return indexes;
};

const listIn = (lists: Map<number, number[]>, key: number): number[] => {
  const known = lists.get(key);
  if (known !== undefined) return known;
  const list: number[] = [];
  lists.set(key, list);
  return list;
};

// Fenced before final before what may pass; of the last, one that asks for new metadata.
const worstOf = (failures: readonly unknown[]): unknown =>
  failures.find(isFenced) ??
  failures.find((failure) => !mayProduceAgain(failure)) ??
  failures.find(leaderMayHaveMoved) ??
  failures[0];

const answerIncomplete = (): RequestFailedError =>
  new RequestFailedError('Produce (an answer without all partitions)', {
    kind: 'timeout',
    mayHaveArrived: true,
  });
