/**
 * Commands that wait for their lane's next transaction, within bounds, each id at most once.
 */
import type { CommandOutcome, CommandRequest } from './command';
import { CommandInFlightError, LaneQueueFullError } from './event-sourcing.errors';

/** Whoever waits for the outcome of a command. Called exactly once per command. */
export interface CommandWaiter {
  settle(index: number, outcome: CommandOutcome): void;
  fail(index: number, error: Error): void;
}

/** A command on its way. */
export interface QueuedCommand {
  readonly request: CommandRequest;
  readonly waiter: CommandWaiter;
  /** What the waiter knows it by. */
  readonly index: number;
  /** Commits that were tried; 0 at first. */
  attempts: number;
}

/** The queue of one lane. */
export class CommandQueue {
  private waiting: QueuedCommand[] = [];
  private readonly inFlight = new Set<string>();

  constructor(
    private readonly lane: number,
    private readonly limit: number,
  ) {}

  get length(): number {
    return this.waiting.length;
  }

  /** How many more commands fit. */
  get room(): number {
    return Math.max(0, this.limit - this.waiting.length);
  }

  /** @throws LaneQueueFullError so many do not fit */
  admit(count: number): void {
    if (count > this.room) throw new LaneQueueFullError(this.lane, this.limit);
  }

  /** Adds a command; one whose id is in flight fails at once. */
  add(command: QueuedCommand): void {
    const { commandId } = command.request;
    if (commandId !== undefined) {
      if (this.inFlight.has(commandId)) {
        command.waiter.fail(command.index, new CommandInFlightError());
        return;
      }
      this.inFlight.add(commandId);
    }
    this.waiting.push(command);
  }

  /**
   * The oldest ones. A command that was tried before is taken alone, as it may be the culprit; such
   * commands stand in front, see `putBack`.
   */
  take(limit: number): readonly QueuedCommand[] {
    const tried = (this.waiting[0]?.attempts ?? 0) > 0;
    return this.waiting.splice(0, tried ? 1 : limit);
  }

  /** Puts commands back in front, in their order. */
  putBack(commands: readonly QueuedCommand[]): void {
    this.waiting = [...commands, ...this.waiting];
  }

  settle(command: QueuedCommand, outcome: CommandOutcome): void {
    this.release(command);
    command.waiter.settle(command.index, outcome);
  }

  fail(command: QueuedCommand, error: Error): void {
    this.release(command);
    command.waiter.fail(command.index, error);
  }

  /** Fails everything that waits. */
  failAll(error: Error): void {
    const commands = this.waiting;
    this.waiting = [];
    for (const command of commands) this.fail(command, error);
  }

  private release({ request }: QueuedCommand): void {
    if (request.commandId !== undefined) this.inFlight.delete(request.commandId);
  }
}
