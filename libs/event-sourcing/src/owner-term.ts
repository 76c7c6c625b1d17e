/**
 * One term of office of a lane's owner, from its barriers until its writer is thrown away.
 */
import type { Clock, CommitReceipt, Position, TransactionalWriter } from '@millrace/event-log';
import type { BatchAggregate } from './batch-context';
import type { CommandOutcome, CommandRequest } from './command';
import { type DecidedBatch, type DecidedCommand, decideBatch } from './decide-batch';
import type { LaneState } from './lane-state';
import type { ResultRef } from './result-index';
import type { Takeover } from './takeover';

/** Decides on the lane's state and commits; a new term starts from what the log says. */
export class OwnerTerm {
  private readonly writer: TransactionalWriter;
  private readonly aggregates: ReadonlyMap<string, BatchAggregate>;
  /** By events topic: everything committed stands before it. */
  private readonly eventsEnds: Map<string, number>;

  constructor(
    private readonly state: LaneState,
    takeover: Takeover,
    private readonly clock: Clock,
  ) {
    this.writer = takeover.writer;
    this.eventsEnds = new Map(
      [...takeover.barriers].map(([topic, offset]) => [topic, offset + 1] as const),
    );
    this.aggregates = new Map(
      [...state.aggregates].map(([name, { type, rows }]) => {
        const writerEpoch = takeover.barriers.get(type.eventsTopic) ?? 0;
        return [name, { type, writerEpoch, row: (key: string) => rows.get(key) }] as const;
      }),
    );
  }

  /** Decides against committed state; changes nothing. */
  decide(requests: readonly CommandRequest[]): DecidedBatch {
    return decideBatch(requests, {
      lane: this.state.lane,
      nowMs: this.clock.nowMs(),
      resultsTopic: this.state.resultsTopic,
      aggregates: this.aggregates,
    });
  }

  /**
   * Writes the batch in one transaction; when it resolves, the lane's state has it. After any error
   * the term is over: the outcome is unknown, unless it is a WriterFencedError.
   *
   * @returns the answers, in the order of the requests
   */
  async commit(
    requests: readonly CommandRequest[],
    batch: DecidedBatch,
  ): Promise<readonly (CommandOutcome | Error)[]> {
    if (batch.records.length === 0) return this.answers(requests, batch, new Map());
    const transaction = this.writer.begin();
    await transaction.append(batch.records);
    const bases = this.apply(batch, await transaction.commit());
    const answers = this.answers(requests, batch, bases);
    this.rememberResults({ requests, batch, answers, bases });
    return answers;
  }

  /** A position at or after the last event of a stored result. */
  positionOf(aggregate: string, ref: ResultRef): Position | undefined {
    const topic = this.aggregates.get(aggregate)?.type.eventsTopic;
    if (topic === undefined) return undefined;
    const offset = ref.eventsOffset ?? this.eventsEnds.get(topic) ?? 0;
    return { topic, partition: this.state.lane, offset };
  }

  /** Hands back the writer; an open transaction is aborted. */
  close(): Promise<void> {
    return this.writer.close();
  }

  private apply(batch: DecidedBatch, receipt: CommitReceipt): ReadonlyMap<string, number> {
    const bases = new Map<string, number>();
    const ends = new Map<string, number>();
    for (const { topic, baseOffset, nextOffset } of receipt.partitions) {
      bases.set(topic, baseOffset);
      ends.set(topic, nextOffset);
    }
    for (const [name, changes] of batch.changes) {
      const topic = this.aggregates.get(name)?.type.stateTopic ?? '';
      this.state.applyRows(name, changes, ends.get(topic) ?? 0);
    }
    for (const topic of this.eventsEnds.keys()) {
      const end = ends.get(topic);
      if (end !== undefined) this.eventsEnds.set(topic, end);
    }
    const resultsEnd = ends.get(this.state.resultsTopic);
    if (resultsEnd !== undefined) this.state.results.nextOffset = resultsEnd;
    return bases;
  }

  private answers(
    requests: readonly CommandRequest[],
    batch: DecidedBatch,
    bases: ReadonlyMap<string, number>,
  ): readonly (CommandOutcome | Error)[] {
    return batch.decided.map((decided, index) => {
      if (decided.kind === 'failed') return decided.error;
      if (decided.outcome.kind === 'rejected') return decided.outcome;
      const position = this.positionAfter(requests[index], decided, bases);
      return position === undefined ? decided.outcome : { ...decided.outcome, position };
    });
  }

  private positionAfter(
    request: CommandRequest | undefined,
    decided: DecidedCommand & { readonly kind: 'answer' },
    bases: ReadonlyMap<string, number>,
  ): Position | undefined {
    const topic = this.aggregates.get(request?.aggregate ?? '')?.type.eventsTopic;
    if (topic === undefined) return undefined;
    const base = bases.get(topic);
    const offset =
      base === undefined ? (this.eventsEnds.get(topic) ?? 0) : base + decided.eventsSoFar;
    return { topic, partition: this.state.lane, offset };
  }

  private rememberResults(committed: {
    readonly requests: readonly CommandRequest[];
    readonly batch: DecidedBatch;
    readonly answers: readonly (CommandOutcome | Error)[];
    readonly bases: ReadonlyMap<string, number>;
  }): void {
    const { results, resultsTopic } = this.state;
    const base = committed.bases.get(resultsTopic) ?? 0;
    const atMs = this.clock.nowMs();
    committed.batch.results.forEach((index, i) => {
      const commandId = committed.requests[index]?.commandId;
      if (commandId === undefined) return;
      const answer = committed.answers[index];
      const offset = base + i;
      if (answer === undefined || answer instanceof Error || answer.kind === 'rejected') {
        results.add(commandId, { offset, atMs });
        return;
      }
      const eventsOffset = answer.position?.offset;
      results.add(commandId, {
        offset,
        atMs,
        ...(eventsOffset === undefined ? {} : { eventsOffset }),
      });
    });
  }
}
