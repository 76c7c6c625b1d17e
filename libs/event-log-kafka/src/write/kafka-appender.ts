/**
 * Idempotent appends without a transaction, for all callers of one log: one producer id, one round
 * in flight, and calls that come meanwhile share the next. The producer id is taken anew after any
 * failure of a round, so that what still travels cannot be mixed up with what comes after it.
 */
import {
  type CommitReceipt,
  InvalidRecordError,
  LogClosedError,
  type RecordToAppend,
} from '@millrace/event-log';
import { initProducerIdCall, type ProducerIdentity } from '../wire/transaction-calls';
import { AppendCall } from './append-call';
import { encodedBound, roughBound } from './encoded-size';
import { InTurn } from './in-turn';
import { Outbox, type OutboxBatch } from './outbox';
import type { PartitionOutbox } from './partition-outbox';
import { ProduceRound } from './produce-round';
import { mayAskCoordinatorAgain, nothingKept } from './write-failures';
import type { WritingParts } from './writing-cluster.port';

type BytesByPlace = ReadonlyMap<PartitionOutbox, number>;

/** See the top of the file. */
export class KafkaAppender {
  readonly #parts: WritingParts;
  readonly #outbox: Outbox;
  readonly #turn = new InTurn();
  readonly #stop = new AbortController();
  #identity: ProducerIdentity | undefined;
  #calls: AppendCall[] = [];
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(parts: WritingParts) {
    this.#parts = parts;
    this.#outbox = new Outbox(parts);
  }

  /**
   * Appends, atomically per partition.
   *
   * @returns where the records stand, once all in-sync replicas have them; contiguous within a
   *   partition. Committed readers see them unless a transaction of another writer is open before
   * @throws TopicUnknownError, InvalidRecordError, RecordTooLargeError: nothing was sent. More than
   *   `limits.maxBatchBytes` for one partition is invalid: it could not be atomic
   * @throws LogUnavailableError, KafkaRefusedError: nothing was kept
   * @throws CommitOutcomeUnknownError some or all of it may have been kept, now or later; who must
   *   know looks in the log, who appends again may have it twice
   */
  async append(records: readonly RecordToAppend[]): Promise<CommitReceipt> {
    const call = await this.#turn.run(() => this.#take(records));
    return call === undefined ? { partitions: [] } : call.receipt;
  }

  /** Takes nothing more; what is in flight ends with the round's present try. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stop.abort();
    await this.#turn.run(async () => {
      while (this.#running !== undefined) await this.#running;
    });
  }

  async #take(records: readonly RecordToAppend[]): Promise<AppendCall | undefined> {
    this.#throwIfClosed();
    if (records.length === 0) return undefined;
    await this.#checked(records);
    const bytes = await this.#room(records);
    this.#throwIfClosed();
    const from = new Map([...bytes.keys()].map((place) => [place, place.count] as const));
    for (const record of records) this.#outbox.add(this.#outbox.placeOf(record), record);
    const shares = [...from].map(([place, first]) => {
      return { place, from: first, count: place.count - first };
    });
    const call = new AppendCall(shares);
    this.#calls.push(call);
    this.#start();
    return call;
  }

  async #checked(records: readonly RecordToAppend[]): Promise<void> {
    try {
      await this.#outbox.check(records);
    } catch (error) {
      throw nothingKept('an append', error);
    }
  }

  /** Awaits room for all of the records. @returns their partitions */
  async #room(records: readonly RecordToAppend[]): Promise<BytesByPlace> {
    // Counting exactly costs as much as encoding: only where a rough bound does not fit.
    const rough = this.#bytesByPlace(records, roughBound);
    if (this.#isWithinLimit(rough) && this.#hasRoomFor(rough)) return rough;
    const bytes = this.#bytesByPlace(records, encodedBound);
    this.#checkBounds(bytes);
    while (!this.#hasRoomFor(bytes)) {
      this.#start();
      await this.#running;
    }
    return bytes;
  }

  #bytesByPlace(
    records: readonly RecordToAppend[],
    bound: (record: RecordToAppend) => number,
  ): BytesByPlace {
    const bytes = new Map<PartitionOutbox, number>();
    let last: PartitionOutbox | undefined;
    let sum = 0;
    for (const record of records) {
      const place = this.#outbox.placeOf(record);
      if (place !== last) {
        if (last !== undefined) bytes.set(last, sum);
        sum = bytes.get(place) ?? 0;
        last = place;
      }
      sum += bound(record);
    }
    if (last !== undefined) bytes.set(last, sum);
    return bytes;
  }

  get #limitBytes(): number {
    const { maxBatchBytes, maxRecordBytes } = this.#parts.cluster.limits;
    return Math.max(maxBatchBytes, maxRecordBytes);
  }

  #isWithinLimit(bytes: BytesByPlace): boolean {
    for (const sum of bytes.values()) if (sum > this.#limitBytes) return false;
    return true;
  }

  #checkBounds(bytes: BytesByPlace): void {
    const limit = this.#limitBytes;
    for (const [{ topic, partition }, sum] of bytes) {
      if (sum <= limit) continue;
      throw new InvalidRecordError(
        `${topic}/${partition}: ${sum} B in one append are above limits.maxBatchBytes (${limit} B):` +
          ' append fewer records at a time, or use a transaction',
      );
    }
  }

  #hasRoomFor(bytes: BytesByPlace): boolean {
    for (const [place, sum] of bytes) if (!this.#outbox.hasRoomForBytes(place, sum)) return false;
    return true;
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#calls.length > 0) this.#start();
    });
  }

  // Never rejects: failures are the calls'.
  async #run(): Promise<void> {
    // Calls of the same turn share a round.
    await new Promise(setImmediate);
    if (this.#calls.length === 0) return;
    let identity: ProducerIdentity;
    let batches: readonly OutboxBatch[];
    try {
      identity = this.#identity ?? (await this.#takeIdentity());
      batches = this.#outbox.take({ ...identity, transactional: false });
    } catch (error) {
      // Also where the records could not be compressed: sequences of some may be used up.
      this.#identity = undefined;
      this.#outbox.discard();
      for (const call of this.#taken()) call.refuse(error);
      return;
    }
    this.#identity = identity;
    await this.#round(batches);
  }

  #taken(): readonly AppendCall[] {
    const calls = this.#calls;
    this.#calls = [];
    return calls;
  }

  async #round(batches: readonly OutboxBatch[]): Promise<void> {
    const calls = this.#taken();
    const { cluster } = this.#parts;
    const round = new ProduceRound(batches, {
      cluster,
      transactionalId: null,
      operation: 'append without a transaction',
      signal: this.#stop.signal,
    });
    let failure: unknown;
    try {
      await round.send();
    } catch (error) {
      failure = error;
      this.#identity = undefined;
    }
    const indexes = new Map(batches.map(({ place }, index) => [place, index] as const));
    for (const call of calls) call.settle(round, indexes, failure);
  }

  async #takeIdentity(): Promise<ProducerIdentity> {
    const { cluster } = this.#parts;
    const identity = await cluster.retrying({
      operation: 'taking a producer id',
      signal: this.#stop.signal,
      attempt: () =>
        cluster.sendToAny(initProducerIdCall(null, cluster.limits.transactionTimeoutMs)),
      judge: (error) => (mayAskCoordinatorAgain(error) ? 'retry' : 'fail'),
    });
    this.#outbox.restartSequences();
    return identity;
  }

  #throwIfClosed(): void {
    if (this.#closed) throw new LogClosedError();
  }
}
