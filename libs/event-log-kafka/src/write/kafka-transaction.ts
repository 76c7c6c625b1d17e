/** An open transaction of a writer on Kafka. */
import {
  CommitOutcomeUnknownError,
  type CommitReceipt,
  type Position,
  type RecordToAppend,
  TopicUnknownError,
  type Transaction,
  WriterBusyError,
  WriterFencedError,
} from '@millrace/event-log';
import type { TopicOffsets } from '../wire/transaction-calls';
import { InTurn } from './in-turn';
import type { EndOutcome } from './transaction-requests';
import { type SenderParts, TransactionSender } from './transaction-sender';
import { isFenced, nothingKept } from './write-failures';
import { type TransactionState, transactionAfter } from './writer-state';
import type { WritingParts } from './writing-cluster.port';

/** A transaction that can move positions of a consumer group too. */
export interface KafkaTransaction extends Transaction {
  /**
   * Makes these the group's positions when the transaction commits. For groups of others: Millrace
   * keeps positions as records. Readers of group positions see them some ms after the commit.
   *
   * @param positions offset of the next record to be read, of topics of this log
   * @throws WriterFencedError; TopicUnknownError; LogUnavailableError: it can only be aborted then
   */
  sendOffsets(groupId: string, positions: readonly Position[]): Promise<void>;
}

/** What a transaction shares with its writer. */
export interface TransactionSurroundings extends SenderParts {
  readonly parts: WritingParts;
  readonly epoch: number;
  /** The transaction has ended as it was wanted. */
  onEnded(): void;
  onFenced(): void;
  onDoubt(error: Error): void;
}

/** See `Transaction` of the port. Appends, commit and abort run one after another. */
export class OpenTransaction implements KafkaTransaction {
  readonly #around: TransactionSurroundings;
  readonly #sender: TransactionSender;
  readonly #turn = new InTurn();
  readonly #stop = new AbortController();
  #state: TransactionState = 'open';
  #failure: Error | undefined;

  constructor(around: TransactionSurroundings) {
    this.#around = around;
    this.#sender = new TransactionSender(around, this.#stop.signal);
  }

  append(records: readonly RecordToAppend[]): Promise<void> {
    return this.#turn.run(async () => {
      this.#checkUsable();
      await this.#unrefused(() => this.#around.outbox.check(records));
      await this.#unfailed(() => this.#sender.take(records));
    });
  }

  sendOffsets(groupId: string, positions: readonly Position[]): Promise<void> {
    return this.#turn.run(async () => {
      this.#checkUsable();
      const topics = await this.#unrefused(() => this.#offsetsByTopic(positions));
      // An older request that comes late must not win over this one.
      await this.#unfailed(async () => {
        if (this.#around.requests.isSpent) throw new Error('an earlier answer was lost');
        await this.#sender.commitOffsets(this.#around.parts.names.physical(groupId), topics);
      });
    });
  }

  commit(): Promise<CommitReceipt> {
    return this.#turn.run(async () => {
      this.#checkUsable();
      this.#enter('ending');
      try {
        return await this.#commit();
      } finally {
        this.#enter('ended');
      }
    });
  }

  /**
   * Never rejects for trouble at the brokers: the writer is in doubt then, or fenced. What is in
   * flight is awaited: its sequence numbers are used up, without it the writer could not go on.
   */
  async abort(): Promise<void> {
    await this.#turn.run(async () => {
      if (this.#state === 'ended') return;
      const failure = await this.#sender.settled();
      if (failure !== undefined) this.#fail(failure);
      const { requests } = this.#around;
      const hasFailed = this.#failure !== undefined;
      this.#enter('ending');
      if (!hasFailed && !this.#sender.isKnown) this.#around.onEnded();
      else if (!hasFailed) this.#aborted(await requests.end(false));
      else if (!(this.#failure instanceof WriterFencedError)) await requests.abortOnce();
      this.#enter('ended');
    });
  }

  /** For a writer that closes: tries nothing again, unless it commits already. */
  async abandon(): Promise<void> {
    if (this.#state !== 'ending') this.#stop.abort();
    await this.abort();
  }

  async #commit(): Promise<CommitReceipt> {
    const { requests, writerId } = this.#around;
    let receipt: CommitReceipt;
    try {
      receipt = await this.#sender.flush();
    } catch (error) {
      const failure = this.#fail(error);
      if (!(failure instanceof WriterFencedError)) await requests.abortOnce();
      throw failure;
    }
    const outcome = this.#sender.isKnown ? await requests.end(true) : ENDED;
    if (outcome.kind === 'not-ended') throw this.#fail(outcome.error);
    if (outcome.kind === 'unknown') {
      const unknown = new CommitOutcomeUnknownError(writerId, outcome.error);
      this.#around.onDoubt(unknown);
      throw unknown;
    }
    this.#around.onEnded();
    return receipt;
  }

  // What was aborted is aborted even when the answer says that another has done it.
  #aborted(outcome: EndOutcome): void {
    if (outcome.kind === 'ended') this.#around.onEnded();
    else this.#fail(outcome.error);
  }

  async #offsetsByTopic(positions: readonly Position[]): Promise<readonly TopicOffsets[]> {
    const { names, topics } = this.#around.parts;
    await topics.learn(new Set(positions.map(({ topic }) => topic)));
    const found = new Map<string, TopicOffsets['partitions'][number][]>();
    for (const { topic, partition, offset } of positions) {
      const spec = topics.known(topic);
      if (spec === undefined || !(partition >= 0 && partition < spec.partitions)) {
        throw new TopicUnknownError({ topic, partition });
      }
      const physical = names.physical(topic);
      const offsets = found.get(physical) ?? [];
      offsets.push({ partition, offset: String(offset), metadata: null });
      found.set(physical, offsets);
    }
    return [...found].map(([topic, partitions]) => ({ topic, partitions }));
  }

  async #unrefused<T>(check: () => Promise<T>): Promise<T> {
    try {
      return await check();
    } catch (error) {
      this.#enter('refused');
      throw nothingKept(`a transaction of writer ${this.#around.writerId}`, error);
    }
  }

  async #unfailed(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw this.#fail(error);
    }
  }

  /** @returns the failure as an error of the port; of several the first */
  #fail(cause: unknown): Error {
    if (this.#failure !== undefined) return this.#failure;
    const { writerId, epoch } = this.#around;
    this.#enter('failed');
    if (isFenced(cause)) {
      this.#failure = new WriterFencedError(writerId, epoch, cause);
      this.#around.onFenced();
    } else {
      this.#failure = nothingKept(`a transaction of writer ${writerId}`, cause);
      this.#around.onDoubt(this.#failure);
    }
    return this.#failure;
  }

  #checkUsable(): void {
    const { writerId } = this.#around;
    if (this.#state === 'open') return;
    if (this.#state === 'failed' && this.#failure !== undefined) throw this.#failure;
    if (this.#state !== 'refused') throw new WriterBusyError(writerId, 'the transaction has ended');
    throw new WriterBusyError(writerId, 'a record was refused: it can only be aborted');
  }

  #enter(wanted: TransactionState): void {
    this.#state = transactionAfter(this.#state, wanted);
  }
}

const ENDED: EndOutcome = { kind: 'ended' };
