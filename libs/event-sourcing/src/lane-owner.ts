/**
 * The owner of one lane.
 */
import type { VersionedRow } from './aggregate';
import type { CommandOutcome, CommandRequest } from './command';
import { LaneUnavailableError } from './event-sourcing.errors';

/** Placeholder of the first commit: serves nothing yet. */
export class LaneOwner {
  constructor(readonly lane: number) {}

  submit(_request: CommandRequest): Promise<CommandOutcome> {
    return Promise.reject(new LaneUnavailableError(this.lane, 'starting'));
  }

  read(_aggregate: string, _rowKey: string): VersionedRow | undefined {
    throw new LaneUnavailableError(this.lane, 'starting');
  }
}
