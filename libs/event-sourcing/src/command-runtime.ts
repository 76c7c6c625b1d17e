/**
 * The write side of one process: joins the owners' group, keeps an owner for each lane it is given,
 * and routes commands and strong reads to them.
 */
import { type Clock, type EventLog, partitionFor } from '@millrace/event-log';
import type { AnyAggregateType, VersionedRow } from './aggregate';
import type { CommandOutcome, CommandRequest } from './command';
import { LaneNotOwnedError } from './event-sourcing.errors';
import type { LaneOwner } from './lane-owner';
import type { OwnerLimits } from './owner-limits';
import type { OwnerObserver } from './owner-observer.port';
import type { OpenRowStore } from './row-store.port';

/** Calls `fn` every `everyMs` until the returned function is called. */
export type Schedule = (everyMs: number, fn: () => void) => () => void;

/** What a runtime is made of. */
export interface CommandRuntimeOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  /** All aggregate types; one owner per lane serves them all in one transaction. */
  readonly aggregates: readonly AnyAggregateType[];
  /** Number of partitions of every topic involved. */
  readonly lanes: number;
  readonly limits?: Partial<OwnerLimits>;
  /** Default `command-owners`. */
  readonly groupId?: string;
  /** Prefix of the writers' ids `command-owner-<lane>`: environment and cluster. Default none. */
  readonly writerPrefix?: string;
  /** Default `command-results`. */
  readonly resultsTopic?: string;
  /** Where this process can be reached (host:port); shown to the group and in barriers. */
  readonly address?: string;
  /** Name of this process in its barriers. Default `owner`. */
  readonly instance?: string;
  readonly observer?: OwnerObserver;
  /** Drives sweeps and retakes. Without it nothing falls due until `tick()` is called. */
  readonly schedule?: Schedule;
  /** Default: in memory. */
  readonly openRowStore?: OpenRowStore;
}

/** Decides commands, exactly once per command id, on the lanes that the group gives it. */
export class CommandRuntime {
  private readonly owners = new Map<number, LaneOwner>();

  constructor(private readonly options: CommandRuntimeOptions) {}

  /** Lanes served at present, ascending. */
  get lanes(): readonly number[] {
    return [...this.owners.keys()].sort((a, b) => a - b);
  }

  /** Joins the group; resolves when the lanes given at first are served (or have failed once). */
  async start(): Promise<void> {}

  /**
   * Decides one command; resolves after its commit.
   *
   * @typeParam R the row type of the request's aggregate
   * @throws LaneNotOwnedError, LaneUnavailableError, LaneQueueFullError retryable; nothing was taken
   * @throws CommandInFlightError the same command id is being decided
   * @throws CommandOutcomeUnknownError retry with the same command id
   * @throws CommandNotCommittedError, AggregateFailedError, AggregateUnknownError no effect
   */
  submit<R extends VersionedRow = VersionedRow>(
    request: CommandRequest,
  ): Promise<CommandOutcome<R>>;
  async submit(request: CommandRequest): Promise<CommandOutcome> {
    return this.ownerOf(request.aggregateId).submit(request);
  }

  /**
   * Decides many commands with one promise. Outcomes in the order of the requests; commands of one
   * aggregate are decided in that order. Either all are queued or none is. Rejects, when all have
   * ended, with the first error; repeating the whole call is then safe as far as each command is.
   */
  submitAll<R extends VersionedRow = VersionedRow>(
    requests: readonly CommandRequest[],
  ): Promise<readonly CommandOutcome<R>[]>;
  async submitAll(requests: readonly CommandRequest[]): Promise<readonly CommandOutcome[]> {
    return Promise.all(requests.map((request) => this.submit(request)));
  }

  /**
   * The owner's committed row; default key: the aggregate's id (its root row).
   *
   * @throws LaneNotOwnedError, LaneUnavailableError, AggregateUnknownError
   */
  read<R extends VersionedRow = VersionedRow>(
    aggregate: string,
    aggregateId: string,
    rowKey?: string,
  ): R | undefined;
  read(aggregate: string, aggregateId: string, rowKey?: string): VersionedRow | undefined {
    return this.ownerOf(aggregateId).read(aggregate, rowKey ?? aggregateId);
  }

  /** Sweeps due rows and retakes lost lanes, once; the schedule calls it. */
  tick(): void {}

  /** Hands all lanes over: takes nothing new, ends what is queued, leaves. Idempotent. */
  async stop(): Promise<void> {}

  private ownerOf(aggregateId: string): LaneOwner {
    const lane = partitionFor(aggregateId, this.options.lanes);
    const owner = this.owners.get(lane);
    if (owner === undefined) throw new LaneNotOwnedError(lane);
    return owner;
  }
}
