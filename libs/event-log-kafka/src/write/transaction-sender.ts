/**
 * Sends the records of one transaction: partitions are added to it before anything is produced to
 * them, one round is in flight at a time, and what is appended meanwhile goes with the next.
 *
 * Little is held back until the commit, so that it goes as one batch per partition; from
 * `EARLY_ROUND_BYTES` on rounds begin at once, and grow by themselves while one is in flight.
 */
import type { CommitReceipt, RecordToAppend } from '@millrace/event-log';
import type { TopicPartitions } from '../wire/cluster-calls';
import type { TopicOffsets, TransactionIdentity } from '../wire/transaction-calls';
import type { Outbox, OutboxBatch } from './outbox';
import type { PartitionOutbox } from './partition-outbox';
import { ProduceRound } from './produce-round';
import type { TransactionRequests } from './transaction-requests';
import type { WritingCluster } from './writing-cluster.port';
import { WrittenRuns } from './written-runs';

/** What the transactions of a writer share. */
export interface SenderParts {
  readonly cluster: WritingCluster;
  readonly writerId: string;
  readonly identity: TransactionIdentity;
  /** Keeps the sequences from one transaction to the next. */
  readonly outbox: Outbox;
  readonly requests: TransactionRequests;
}

const EARLY_ROUND_BYTES = 524_288;

/** See the top of the file. After a failure every method but `settled` fails with it. */
export class TransactionSender {
  readonly #parts: SenderParts;
  readonly #signal: AbortSignal;
  readonly #joined = new Set<PartitionOutbox>();
  readonly #written = new WrittenRuns();
  #isKnown = false;
  #appended = 0;
  #round: Promise<void> | undefined;
  #failure: unknown;

  /** @param signal ends the retries early */
  constructor(parts: SenderParts, signal: AbortSignal) {
    this.#parts = parts;
    this.#signal = signal;
  }

  /** Whether the coordinator knows, or may know, of this transaction: it has to be ended then. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** Takes records that were checked; awaits room for them, and their partitions' entry. */
  async take(records: readonly RecordToAppend[]): Promise<void> {
    const { outbox } = this.#parts;
    this.#throwFailure();
    for (const record of records) {
      const place = outbox.placeOf(record);
      if (!outbox.hasRoomFor(place, record)) await this.#makeRoom();
      outbox.add(place, record);
    }
    this.#appended += records.length;
    await this.#join();
    this.#startRound(EARLY_ROUND_BYTES);
    this.#throwFailure();
  }

  /** Positions of a group take part. */
  async commitOffsets(groupId: string, topics: readonly TopicOffsets[]): Promise<void> {
    this.#throwFailure();
    this.#isKnown = true;
    await this.#parts.requests.commitOffsets(groupId, topics, this.#signal);
  }

  /** Sends what waits. @returns where all of it stands; @throws ReceiptIncompleteError too */
  async flush(): Promise<CommitReceipt> {
    const { outbox, writerId } = this.#parts;
    for (;;) {
      await this.#idle();
      this.#throwFailure();
      if (outbox.waiting.length === 0) break;
      this.#startRound(0);
    }
    return this.#written.receipt({ writerId, records: this.#appended, partitions: this.#joined });
  }

  /** Nothing is in flight any more. @returns the failure of what was, if it failed */
  async settled(): Promise<unknown> {
    await this.#idle();
    this.#parts.outbox.discard();
    return this.#failure;
  }

  // The end of a round may begin the next one.
  async #idle(): Promise<void> {
    while (this.#round !== undefined) await this.#round;
  }

  async #makeRoom(): Promise<void> {
    await this.#join();
    await this.#round;
    this.#throwFailure();
    this.#startRound(0);
  }

  // One request for all new partitions, whoever leads them.
  async #join(): Promise<void> {
    const entering = this.#parts.outbox.waiting.filter((place) => !this.#joined.has(place));
    if (entering.length === 0) return;
    this.#isKnown = true;
    await this.#parts.requests.addPartitions(byTopic(entering), this.#signal);
    for (const place of entering) this.#joined.add(place);
  }

  #startRound(fromBytes: number): void {
    if (this.#round !== undefined || this.#failure !== undefined) return;
    if (this.#parts.outbox.waitingBytes < fromBytes) return;
    const batches = this.#takeJoined();
    if (batches.length === 0) return;
    this.#round = this.#send(batches).then(
      () => {
        this.#round = undefined;
        this.#startRound(EARLY_ROUND_BYTES);
      },
      (error: unknown) => {
        this.#round = undefined;
        this.#failure = error;
      },
    );
  }

  // A failure (records that could not be compressed) is the transaction's, whoever began the round.
  #takeJoined(): readonly OutboxBatch[] {
    const { outbox, identity } = this.#parts;
    try {
      const isJoined = (place: PartitionOutbox): boolean => this.#joined.has(place);
      return outbox.take({ ...identity, transactional: true }, isJoined);
    } catch (error) {
      this.#failure = error;
      return [];
    }
  }

  async #send(batches: readonly OutboxBatch[]): Promise<void> {
    const { cluster, identity, writerId } = this.#parts;
    const round = new ProduceRound(batches, {
      cluster,
      transactionalId: identity.transactionalId,
      operation: `append of writer ${writerId}`,
      signal: this.#signal,
    });
    await round.send();
    batches.forEach(({ place, count }, index) => {
      const baseOffset = round.baseOffsetOf(index);
      if (baseOffset !== undefined) this.#written.note(place, baseOffset, count);
    });
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}

const byTopic = (places: readonly PartitionOutbox[]): readonly TopicPartitions[] => {
  const topics = new Map<string, number[]>();
  for (const { physicalTopic, partition } of places) {
    const partitions = topics.get(physicalTopic);
    if (partitions === undefined) topics.set(physicalTopic, [partition]);
    else partitions.push(partition);
  }
  return [...topics].map(([topic, partitions]) => ({ topic, partitions }));
};
