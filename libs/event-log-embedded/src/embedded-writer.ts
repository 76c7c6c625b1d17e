/**
 * A transactional writer of the embedded log. Its records wait in memory until it commits, so an
 * open transaction holds nobody back.
 */
import {
  CommitOutcomeUnknownError,
  type CommitReceipt,
  LogClosedError,
  LogStorageFullError,
  type RecordToAppend,
  type Transaction,
  type TransactionalWriter,
  WriterBusyError,
  WriterFencedError,
} from '@millrace/event-log';
import type { CommitRequest } from './commit-queue';
import type { RecordSink } from './record-sink';

/** What a writer needs of its log. */
export interface WriterSurroundings {
  newSink(): RecordSink;
  /** Newest epoch of a writer's id. */
  epochOf(writerId: string): number;
  commit(request: CommitRequest): Promise<CommitReceipt>;
  onClose(writer: TransactionalWriter): void;
}

/** A writer. */
export class EmbeddedWriter implements TransactionalWriter {
  readonly writerId: string;
  readonly epoch: number;
  readonly #around: WriterSurroundings;
  #open: EmbeddedTransaction | undefined;
  #state: 'usable' | 'in-doubt' | 'closed' = 'usable';

  constructor(
    identity: { readonly writerId: string; readonly epoch: number },
    surroundings: WriterSurroundings,
  ) {
    this.writerId = identity.writerId;
    this.epoch = identity.epoch;
    this.#around = surroundings;
  }

  begin(): Transaction {
    if (this.#state === 'closed') throw new LogClosedError();
    if (this.#state === 'in-doubt') throw this.#busy('a commit is in doubt: open it anew');
    if (this.#open !== undefined) throw this.#busy('a transaction is open');
    this.checkFence();
    this.#open = new EmbeddedTransaction(this, this.#around.newSink());
    return this.#open;
  }

  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    await this.#open?.abort();
    this.#around.onClose(this);
  }

  /** @throws WriterFencedError a newer writer with this id was opened */
  checkFence(): void {
    if (this.#around.epochOf(this.writerId) !== this.epoch) {
      throw new WriterFencedError(this.writerId, this.epoch);
    }
  }

  /** The open transaction has ended. */
  ended(): void {
    this.#open = undefined;
  }

  async commit(sink: RecordSink): Promise<CommitReceipt> {
    try {
      this.checkFence();
      return sink.isEmpty ? { partitions: [] } : await this.#around.commit(sink.request());
    } catch (error) {
      if (error instanceof WriterFencedError || error instanceof LogStorageFullError) throw error;
      if (error instanceof LogClosedError) throw error;
      this.#state = this.#state === 'closed' ? 'closed' : 'in-doubt';
      throw new CommitOutcomeUnknownError(this.writerId, error);
    }
  }

  #busy(what: string): WriterBusyError {
    return new WriterBusyError(this.writerId, what);
  }
}

class EmbeddedTransaction implements Transaction {
  #state: 'open' | 'broken' | 'ended' = 'open';

  constructor(
    readonly writer: EmbeddedWriter,
    readonly sink: RecordSink,
  ) {}

  async append(records: readonly RecordToAppend[]): Promise<void> {
    this.#checkUsable();
    this.writer.checkFence();
    try {
      for (const record of records) this.sink.add(record);
    } catch (error) {
      this.#state = 'broken';
      throw error;
    }
  }

  async commit(): Promise<CommitReceipt> {
    this.#checkUsable();
    this.#state = 'ended';
    try {
      return await this.writer.commit(this.sink);
    } finally {
      this.writer.ended();
    }
  }

  async abort(): Promise<void> {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.writer.ended();
  }

  #checkUsable(): void {
    const { writerId } = this.writer;
    if (this.#state === 'ended') throw new WriterBusyError(writerId, 'the transaction has ended');
    if (this.#state === 'broken') {
      throw new WriterBusyError(writerId, 'a record was refused: it can only be aborted');
    }
  }
}
