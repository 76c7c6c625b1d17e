/**
 * A transactional writer of the simulated log.
 */
import {
  CommitOutcomeUnknownError,
  LogClosedError,
  LogUnavailableError,
  WriterBusyError,
  WriterFencedError,
} from '../event-log.errors';
import type { CommitReceipt, Transaction, TransactionalWriter } from '../event-log.port';
import type { RecordToAppend } from '../record';
import type { Gate } from './simulated-client';
import type { ClusterTransaction, SimulatedCluster } from './simulated-cluster';

/** A writer; it may have been fenced without knowing it yet. */
export class SimulatedWriter implements TransactionalWriter {
  #current: SimulatedTransaction | undefined;
  #closed = false;
  #inDoubt = false;
  readonly writerId: string;
  readonly epoch: number;

  constructor(
    readonly cluster: SimulatedCluster,
    readonly gate: Gate,
    identity: { readonly writerId: string; readonly epoch: number },
  ) {
    this.writerId = identity.writerId;
    this.epoch = identity.epoch;
  }

  begin(): Transaction {
    if (this.#closed) throw new LogClosedError();
    if (this.#inDoubt) throw new WriterBusyError(this.writerId, 'a commit is in doubt: open anew');
    if (this.#current !== undefined) throw new WriterBusyError(this.writerId, 'it has one open');
    this.checkFence();
    const state = this.cluster.begin(this.writerId, this.epoch);
    this.#current = new SimulatedTransaction(this, state);
    return this.#current;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#current?.abort();
  }

  /** @throws WriterFencedError a newer epoch is open */
  checkFence(): void {
    const newest = this.cluster.epochOf(this.writerId);
    if (newest !== this.epoch) throw new WriterFencedError(this.writerId, this.epoch);
  }

  /** The transaction has ended, for this object. */
  ended(outcome: 'known' | 'unknown'): void {
    this.#current = undefined;
    this.#inDoubt = outcome === 'unknown';
  }
}

class SimulatedTransaction implements Transaction {
  #ended = false;
  #broken = false;

  constructor(
    readonly writer: SimulatedWriter,
    readonly state: ClusterTransaction,
  ) {}

  async append(records: readonly RecordToAppend[]): Promise<void> {
    this.#checkUsable();
    const { cluster, gate } = this.writer;
    try {
      const sorted = cluster.sorted(records);
      await gate('append');
      this.writer.checkFence();
      if (cluster.strikes('append-unavailable', cluster.faults.unavailableRate)) {
        throw new LogUnavailableError(`an append of ${this.writer.writerId}`);
      }
      if (this.state.state !== 'open') throw new WriterBusyError(this.writer.writerId, 'it ended');
      for (const [partition, list] of sorted) {
        partition.hold(this.state);
        const before = this.state.records.get(partition);
        if (before === undefined) this.state.records.set(partition, list);
        else before.push(...list);
      }
    } catch (error) {
      this.#broken = true;
      throw error;
    }
    await gate('append-answer');
  }

  async commit(): Promise<CommitReceipt> {
    this.#checkUsable();
    this.#ended = true;
    const { cluster, gate, writerId } = this.writer;
    await gate('commit');
    const fault = this.#fault();
    if (fault === undefined || fault === 'commit-unknown-committed') {
      this.#checkFenceAtEnd();
      const receipt = cluster.commit(this.state);
      await gate('commit-answer');
      this.writer.ended(fault === undefined ? 'known' : 'unknown');
      if (fault === undefined) return receipt;
    } else {
      this.#checkFenceAtEnd();
      if (fault === 'commit-unknown-late') this.state.state = 'late';
      else cluster.abort(this.state);
      await gate('commit-answer');
      this.writer.ended('unknown');
    }
    throw new CommitOutcomeUnknownError(writerId, new LogUnavailableError('an answer'));
  }

  async abort(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    const { cluster, gate } = this.writer;
    await gate('abort');
    if (this.state.state === 'open') cluster.abort(this.state);
    await gate('abort-answer');
    this.writer.ended('known');
  }

  #checkUsable(): void {
    const { writerId } = this.writer;
    if (this.#ended) throw new WriterBusyError(writerId, 'this transaction has ended');
    if (this.#broken) throw new WriterBusyError(writerId, 'an append failed: it can only abort');
  }

  #checkFenceAtEnd(): void {
    try {
      this.writer.checkFence();
    } catch (error) {
      this.writer.ended('known');
      throw error;
    }
  }

  #fault():
    | 'commit-unknown-committed'
    | 'commit-unknown-aborted'
    | 'commit-unknown-late'
    | undefined {
    const { cluster } = this.writer;
    const kinds = [
      'commit-unknown-committed',
      'commit-unknown-aborted',
      'commit-unknown-late',
    ] as const;
    for (const kind of kinds) {
      if (cluster.strikes(kind, cluster.faults.commitUnknownRate / kinds.length)) return kind;
    }
    return undefined;
  }
}
