/**
 * What becomes of a batch whose commit was doubtful, once the lane was taken over anew.
 */
import { CodedError } from '@millrace/event-log';
import type { QueuedCommand } from './command-queue';
import { CommandNotCommittedError, CommandOutcomeUnknownError } from './event-sourcing.errors';

/** A command that gets no further attempt. */
export interface FailedCommand {
  readonly command: QueuedCommand;
  readonly error: Error;
}

/** The verdict. */
export interface AfterDoubt {
  /** To be looked up by id, or decided again. */
  readonly again: readonly QueuedCommand[];
  readonly failed: readonly FailedCommand[];
}

/**
 * A command with a result is looked up again, however often it was tried. One without is known to
 * have had no effect; after the last attempt that is said. A command without id cannot be looked
 * up: its repeats are harmless by contract, and after the last attempt its outcome is unknown.
 */
export const afterDoubt = (
  batch: readonly QueuedCommand[],
  given: {
    readonly lane: number;
    readonly maxAttempts: number;
    readonly cause: unknown;
    readonly hasResult: (commandId: string) => boolean;
  },
): AfterDoubt => {
  const again: QueuedCommand[] = [];
  const failed: FailedCommand[] = [];
  for (const command of batch) {
    const { commandId } = command.request;
    const known = commandId !== undefined && given.hasResult(commandId);
    if (known || command.attempts < given.maxAttempts) again.push(command);
    else if (commandId === undefined) {
      failed.push({ command, error: new CommandOutcomeUnknownError(given.lane, given.cause) });
    } else {
      failed.push({ command, error: noEffect(command, given) });
    }
  }
  return { again, failed };
};

/** A permanent reason (a record too large) is told as it is. */
const noEffect = (
  command: QueuedCommand,
  { lane, cause }: { readonly lane: number; readonly cause: unknown },
): Error =>
  cause instanceof CodedError && !cause.retryable
    ? cause
    : new CommandNotCommittedError(lane, command.attempts, cause);
