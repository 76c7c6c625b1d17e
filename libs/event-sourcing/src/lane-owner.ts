/**
 * The owner of one lane: takes it over, decides what is queued in batches, commits each batch in one
 * transaction, and answers after the commit. Whatever is doubtful is looked up, never guessed.
 */
import { WriterFencedError } from '@millrace/event-log';
import type { VersionedRow } from './aggregate';
import type { CommandOutcome } from './command';
import { CommandQueue, type QueuedCommand } from './command-queue';
import type { DecidedBatch } from './decide-batch';
import { afterDoubt } from './doubt';
import { dueCommands } from './due-sweep';
import {
  AggregateFailedError,
  AggregateUnknownError,
  CommandOutcomeUnknownError,
  LaneInconsistentError,
  LaneNotOwnedError,
  LaneUnavailableError,
  TakeoverStalledError,
} from './event-sourcing.errors';
import { type KnownCommand, KnownCommands } from './known-commands';
import type { LaneOwnerOptions, LaneOwnerStatus } from './lane-owner-options';
import { LaneState } from './lane-state';
import { OwnerTerm } from './owner-term';
import { ResultIndex } from './result-index';
import { type Takeover, takeOver } from './takeover';

/** One lane. Needs no timers: `tick` does what time brings. */
export class LaneOwner {
  private current: LaneOwnerStatus = 'starting';
  private readonly state: LaneState;
  private readonly queue: CommandQueue;
  private readonly known: KnownCommands;
  private term: OwnerTerm | undefined;
  private stopRequested = false;
  private lost: { readonly atMs: number; readonly cause: unknown } | undefined;
  private running = false;
  /** What is under way; `stop` waits for it. */
  private readonly work = new Set<Promise<void>>();

  constructor(
    readonly lane: number,
    private readonly options: LaneOwnerOptions,
  ) {
    const { aggregates, resultsTopic, openRowStore, limits, log, clock } = options;
    const results = new ResultIndex({ ids: limits.resultIds, ageMs: limits.resultAgeMs });
    this.state = new LaneState({ lane, aggregates, resultsTopic, results, openRowStore });
    this.queue = new CommandQueue(lane, limits.queueCommands);
    this.known = new KnownCommands({ log, clock, state: this.state, queue: this.queue });
  }

  get status(): LaneOwnerStatus {
    return this.current;
  }

  /** Takes the lane over. Resolves when it serves or is lost; never rejects. */
  async start(): Promise<void> {
    if (this.stopRequested || (this.current !== 'starting' && this.current !== 'lost')) return;
    await this.track(this.takeLane());
  }

  /**
   * Whether so many commands may be queued now.
   *
   * @throws LaneNotOwnedError, LaneUnavailableError, LaneQueueFullError
   */
  admit(count: number): void {
    if (this.current !== 'serving') throw this.refusal();
    this.queue.admit(count);
  }

  /** Queues commands that were admitted. */
  enqueue(commands: readonly QueuedCommand[]): void {
    for (const command of commands) this.queue.add(command);
    this.options.observer.queueLength(this.lane, this.queue.length);
    this.pump();
  }

  /**
   * A committed row as this owner knows it.
   *
   * @throws LaneNotOwnedError, LaneUnavailableError, AggregateUnknownError
   */
  read(aggregate: string, rowKey: string): VersionedRow | undefined {
    if (!this.isDeciding()) throw this.refusal();
    const found = this.state.aggregates.get(aggregate);
    if (found === undefined) throw new AggregateUnknownError(aggregate);
    return found.rows.get(rowKey);
  }

  /** Queues the commands of rows that are due; takes a lost lane again after a pause. */
  tick(): void {
    const { clock, limits } = this.options;
    const nowMs = clock.nowMs();
    if (this.current === 'serving') {
      const commands = dueCommands(this.state, nowMs, Math.min(limits.sweepRows, this.queue.room));
      if (commands.length > 0) this.enqueue(commands);
    }
    if (this.lost !== undefined && nowMs - this.lost.atMs >= limits.retakeAfterMs) {
      void this.start();
    }
  }

  /** Takes nothing new, ends what is queued, gives the writer back. Idempotent, never rejects. */
  async stop(): Promise<void> {
    this.stopRequested = true;
    if (this.current === 'serving') this.current = 'in hand-over';
    while (this.work.size > 0) await Promise.allSettled(this.work);
    if (this.current === 'stopped') return;
    this.current = 'stopped';
    this.queue.failAll(this.refusal());
    this.dropTerm();
    this.state.close();
  }

  private async takeLane(): Promise<void> {
    const { clock, limits, observer } = this.options;
    this.current = 'in takeover';
    this.lost = undefined;
    let cause: unknown = new TakeoverStalledError(this.lane, 'it was given up');
    for (let attempt = 0; attempt < limits.takeoverAttempts && !this.stopRequested; attempt += 1) {
      const startMs = clock.nowMs();
      try {
        const takeover = await this.attemptTakeover();
        this.term = new OwnerTerm(this.state, takeover, clock);
        this.current = this.stopRequested ? 'in hand-over' : 'serving';
        const durationMs = clock.nowMs() - startMs;
        observer.takenOver(this.lane, { records: takeover.records, durationMs });
        this.pump();
        return;
      } catch (error) {
        cause = error;
        observer.takeoverFailed(this.lane, error);
        if (error instanceof WriterFencedError || error instanceof LaneInconsistentError) break;
      }
    }
    this.lose(cause);
  }

  private attemptTakeover(): Promise<Takeover> {
    const { log, limits, instance, address, writerIdPrefix } = this.options;
    return takeOver({
      log,
      lane: this.lane,
      writerId: `${writerIdPrefix}${this.lane}`,
      instance,
      ...(address === undefined ? {} : { address }),
      noProgressMs: limits.noProgressMs,
      state: this.state,
      abandoned: () => this.stopRequested,
    });
  }

  private lose(cause: unknown): void {
    const { clock, observer } = this.options;
    if (cause instanceof WriterFencedError) observer.fenced(this.lane);
    this.dropTerm();
    this.current = cause instanceof LaneInconsistentError ? 'broken' : 'lost';
    this.lost = this.current === 'lost' ? { atMs: clock.nowMs(), cause } : undefined;
    this.queue.failAll(this.refusal());
  }

  private dropTerm(): void {
    // Not awaited: a log that does not answer must not hold the owner up.
    void this.term?.close().catch(() => undefined);
    this.term = undefined;
  }

  private refusal(): Error {
    const { cause } = this.lost ?? { cause: undefined };
    return cause instanceof WriterFencedError || this.current === 'stopped'
      ? new LaneNotOwnedError(this.lane, cause)
      : new LaneUnavailableError(this.lane, this.current, cause);
  }

  private isDeciding(): boolean {
    return this.current === 'serving' || this.current === 'in hand-over';
  }

  private pump(): void {
    if (this.running || !this.isDeciding() || this.queue.length === 0) return;
    this.running = true;
    void this.track(this.run());
  }

  private async run(): Promise<void> {
    // Commands that are submitted in the same turn share the first transaction.
    await undefined;
    while (this.term !== undefined && this.queue.length > 0) {
      const { term } = this;
      const batch = this.queue.take(this.options.limits.batchCommands);
      this.options.observer.queueLength(this.lane, this.queue.length);
      const { fresh, known } = this.known.split(batch);
      if (known.length > 0) void this.track(this.answerKnown(known, term));
      if (fresh.length > 0) await this.serve(fresh, term);
    }
    this.running = false;
  }

  private async answerKnown(known: readonly KnownCommand[], term: OwnerTerm): Promise<void> {
    this.queue.putBack(await this.known.answer(known, term));
    if (this.current === 'lost' || this.current === 'broken') this.queue.failAll(this.refusal());
    this.pump();
  }

  private async serve(batch: readonly QueuedCommand[], term: OwnerTerm): Promise<void> {
    const requests = batch.map(({ request }) => request);
    let decided: DecidedBatch;
    try {
      decided = term.decide(requests);
    } catch (error) {
      this.undecided(batch, error);
      return;
    }
    const { clock, observer } = this.options;
    const startMs = clock.nowMs();
    let answers: readonly (CommandOutcome | Error)[];
    try {
      answers = await term.commit(requests, decided);
    } catch (error) {
      await this.doubt(batch, error);
      return;
    }
    if (decided.records.length > 0) {
      const durationMs = clock.nowMs() - startMs;
      observer.committed(this.lane, { commands: batch.length, durationMs });
      const evicted = this.state.results.prune(clock.nowMs());
      if (evicted > 0) observer.resultsEvicted(this.lane, evicted);
    }
    for (const [i, command] of batch.entries()) this.answer(command, answers[i]);
  }

  private answer(command: QueuedCommand, answer: CommandOutcome | Error | undefined): void {
    if (answer === undefined) this.queue.fail(command, this.refusal());
    else if (answer instanceof Error) this.queue.fail(command, answer);
    else this.queue.settle(command, answer);
  }

  /** A row that is no JSON: nothing was sent. Each command is tried alone, the culprit fails. */
  private undecided(batch: readonly QueuedCommand[], error: unknown): void {
    const [first] = batch;
    if (first !== undefined && batch.length === 1) {
      const { aggregate } = first.request;
      this.queue.fail(first, new AggregateFailedError(aggregate, 'a row is no JSON', error));
      return;
    }
    for (const command of batch) command.attempts += 1;
    this.queue.putBack(batch);
  }

  private async doubt(batch: readonly QueuedCommand[], error: unknown): Promise<void> {
    const { observer, limits, clock } = this.options;
    this.dropTerm();
    if (error instanceof WriterFencedError) {
      this.lose(error);
      for (const command of batch) this.queue.fail(command, this.fencedAnswer(command, error));
      return;
    }
    observer.outcomeUnknown(this.lane, error);
    for (const command of batch) command.attempts += 1;
    // Handing over: the next owner fences this writer and answers who asks again.
    if (this.stopRequested) this.lose(error);
    else await this.takeLane();
    if (this.term === undefined) {
      const unknown = new CommandOutcomeUnknownError(this.lane, error);
      for (const command of batch) this.queue.fail(command, unknown);
      return;
    }
    const nowMs = clock.nowMs();
    const { again, failed } = afterDoubt(batch, {
      lane: this.lane,
      maxAttempts: limits.commandAttempts,
      cause: error,
      hasResult: (commandId) => this.state.results.find(commandId, nowMs) !== undefined,
    });
    for (const { command, error: reason } of failed) this.queue.fail(command, reason);
    this.queue.putBack(again);
  }

  /** The fenced commit wrote nothing; an earlier attempt without id may have. */
  private fencedAnswer({ request, attempts }: QueuedCommand, error: Error): Error {
    return attempts > 0 && request.commandId === undefined
      ? new CommandOutcomeUnknownError(this.lane, error)
      : new LaneNotOwnedError(this.lane, error);
  }

  private track(work: Promise<void>): Promise<void> {
    const tracked = work.finally(() => this.work.delete(tracked));
    this.work.add(tracked);
    return tracked;
  }
}
