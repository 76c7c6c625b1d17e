/**
 * Commands whose id has a result already: they are answered from the log, not decided again.
 */
import type { Clock, EventLog } from '@millrace/event-log';
import { type CommandOutcome, type CommandRequest, IDEMPOTENCY_KEY_REUSED } from './command';
import type { CommandQueue, QueuedCommand } from './command-queue';
import type { StoredResult } from './command-result';
import { CommandOutcomeUnknownError, LaneUnavailableError } from './event-sourcing.errors';
import type { LaneState } from './lane-state';
import type { OwnerTerm } from './owner-term';
import type { ResultRef } from './result-index';
import { readResult } from './result-lookup';

/** What look-ups work with. */
export interface KnownCommandsOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly state: LaneState;
  readonly queue: CommandQueue;
}

/** A command and where its result stands. */
export interface KnownCommand {
  readonly command: QueuedCommand;
  readonly commandId: string;
  readonly ref: ResultRef;
}

/** Answers repeats beside the lane's transactions, so that many repeats hold nobody up. */
export class KnownCommands {
  constructor(private readonly options: KnownCommandsOptions) {}

  /** Splits off the commands that have a result. */
  split(batch: readonly QueuedCommand[]): {
    readonly fresh: readonly QueuedCommand[];
    readonly known: readonly KnownCommand[];
  } {
    const { state, clock } = this.options;
    const nowMs = clock.nowMs();
    const fresh: QueuedCommand[] = [];
    const known: KnownCommand[] = [];
    for (const command of batch) {
      const { commandId } = command.request;
      const ref = commandId === undefined ? undefined : state.results.find(commandId, nowMs);
      if (commandId === undefined || ref === undefined) fresh.push(command);
      else known.push({ command, commandId, ref });
    }
    return { fresh, known };
  }

  /**
   * Answers them one after the other. Never rejects.
   *
   * @returns those whose result has expired meanwhile: to be decided
   */
  async answer(known: readonly KnownCommand[], term: OwnerTerm): Promise<readonly QueuedCommand[]> {
    const expired: QueuedCommand[] = [];
    for (const { command, commandId, ref } of known) {
      const { queue, state } = this.options;
      try {
        const stored = await this.read(ref);
        if (stored === undefined) {
          state.results.delete(commandId);
          expired.push(command);
        } else {
          queue.settle(command, answerOf(stored, { command, ref, term }));
        }
      } catch (error) {
        queue.fail(command, this.failure(command, error));
      }
    }
    return expired;
  }

  private read(ref: ResultRef): Promise<StoredResult | undefined> {
    const { log, state } = this.options;
    return readResult(log, {
      topic: state.resultsTopic,
      partition: state.lane,
      offset: ref.offset,
    });
  }

  private failure(command: QueuedCommand, error: unknown): Error {
    const { lane } = this.options.state;
    return command.attempts > 0
      ? new CommandOutcomeUnknownError(lane, error)
      : new LaneUnavailableError(lane, 'not readable', error);
  }
}

const answerOf = (
  stored: StoredResult,
  asked: {
    readonly command: QueuedCommand;
    readonly ref: ResultRef;
    readonly term: OwnerTerm;
  },
): CommandOutcome => {
  const { command, ref, term } = asked;
  if (stored.fingerprint !== command.request.fingerprint) return keyReused(command.request);
  // Whoever waited through a doubt asked once: its answer is the first one, not a repeat.
  const replayed = command.attempts === 0;
  if (stored.outcome.kind === 'rejected') return { ...stored.outcome, replayed };
  const position = term.positionOf(stored.aggregate, ref);
  return { ...stored.outcome, replayed, ...(position === undefined ? {} : { position }) };
};

const keyReused = (request: CommandRequest): CommandOutcome => ({
  kind: 'rejected',
  replayed: false,
  code: IDEMPOTENCY_KEY_REUSED,
  detail: `the command id was used before for another ${request.aggregate} request`,
});
