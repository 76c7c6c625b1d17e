/**
 * Turns rows that are due into the commands that the owner gives itself.
 */
import type { EpochMs } from '@millrace/event-log';
import type { QueuedCommand } from './command-queue';
import type { LaneState } from './lane-state';

/**
 * Takes at most `limit` due rows off the index. A row whose command has ended goes back to the index
 * if it still falls due, so a command that failed is given again by a later sweep.
 */
export const dueCommands = (
  state: LaneState,
  nowMs: EpochMs,
  limit: number,
): readonly QueuedCommand[] => {
  const commands: QueuedCommand[] = [];
  for (const [name, { type, rows }] of state.aggregates) {
    for (const key of state.takeDue(name, nowMs, limit - commands.length)) {
      const row = rows.get(key);
      const due = row === undefined ? undefined : type.due?.(row);
      if (due === undefined) continue;
      const rewind = (): void => state.rewindDue(name, key);
      commands.push({
        request: { aggregate: name, aggregateId: due.aggregateId, command: due.command },
        waiter: { settle: rewind, fail: rewind },
        index: 0,
        attempts: 0,
      });
    }
  }
  return commands;
};
