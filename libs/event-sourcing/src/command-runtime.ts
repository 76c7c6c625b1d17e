/**
 * The write side of one process: joins the owners' group, keeps an owner for each lane it is given,
 * and routes commands and strong reads to them.
 */
import { type Clock, type EventLog, type GroupMembership, partitionFor } from '@millrace/event-log';
import type { AnyAggregateType, VersionedRow } from './aggregate';
import { CollectAll, CollectOne } from './collect-outcomes';
import type { CommandOutcome, CommandRequest } from './command';
import type { QueuedCommand } from './command-queue';
import {
  AggregateUnknownError,
  LaneNotOwnedError,
  RuntimeOptionsInvalidError,
} from './event-sourcing.errors';
import { LaneOwner } from './lane-owner';
import type { LaneOwnerOptions } from './lane-owner-options';
import { MemoryRowStore } from './memory-row-store';
import { defaultOwnerLimits, type OwnerLimits } from './owner-limits';
import { type OwnerObserver, silentObserver } from './owner-observer.port';
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
  /** Name of this process in its barriers. Default `command-api`. */
  readonly instance?: string;
  readonly observer?: OwnerObserver;
  /** Drives sweeps and retakes. Without it nothing falls due until `tick()` is called. */
  readonly schedule?: Schedule;
  /** Default: in memory. */
  readonly openRowStore?: OpenRowStore;
}

/** Decides commands, once per command id, on the lanes that the group gives it. */
export class CommandRuntime {
  private readonly owners = new Map<number, LaneOwner>();
  private readonly takeovers = new Set<Promise<void>>();
  private readonly aggregates: ReadonlySet<string>;
  private readonly ownerOptions: LaneOwnerOptions;
  private membership: GroupMembership | undefined;
  private unschedule: () => void = () => undefined;
  private stopped: Promise<void> | undefined;

  /** @throws RuntimeOptionsInvalidError names or topics are used twice, or no lanes */
  constructor(private readonly options: CommandRuntimeOptions) {
    this.ownerOptions = ownerOptionsOf(options);
    this.aggregates = new Set(options.aggregates.map(({ name }) => name));
    checkOptions(options, this.ownerOptions.resultsTopic);
  }

  /** Lanes that are served at present, ascending. */
  get lanes(): readonly number[] {
    return [...this.owners.values()]
      .filter(({ status }) => status === 'serving')
      .map(({ lane }) => lane)
      .sort((a, b) => a - b);
  }

  /** Joins the group; resolves when the lanes given so far are served (or have failed once). */
  async start(): Promise<void> {
    const { log, groupId, address, aggregates, schedule } = this.options;
    const types = aggregates.flatMap(({ eventsTopic, stateTopic }) => [eventsTopic, stateTopic]);
    this.membership = await log.joinGroup({
      groupId: groupId ?? 'command-owners',
      topics: [...types, this.ownerOptions.resultsTopic],
      ...(address === undefined ? {} : { address }),
      onAssigned: (lanes) => this.take(lanes),
      onRevoked: (lanes) => this.handOver(lanes),
    });
    const { sweepEveryMs } = this.ownerOptions.limits;
    if (schedule !== undefined) this.unschedule = schedule(sweepEveryMs, () => this.tick());
    await Promise.all(this.takeovers);
  }

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
    this.checkKnown(request);
    const owner = this.ownerOf(request.aggregateId);
    owner.admit(1);
    return new Promise((resolve, reject) => {
      const waiter = new CollectOne(resolve, reject);
      owner.enqueue([{ request, waiter, index: 0, attempts: 0 }]);
    });
  }

  /**
   * Decides many commands with one promise. Outcomes in the order of the requests; commands of one
   * aggregate are decided in that order. Either all are queued or none is: at most
   * `limits.queueCommands` of one lane. Rejects, when all have ended, with the first error of any;
   * the others may have taken effect, and repeating the whole call is as safe as each command is.
   *
   * @throws as `submit`
   */
  submitAll<R extends VersionedRow = VersionedRow>(
    requests: readonly CommandRequest[],
  ): Promise<readonly CommandOutcome<R>[]>;
  async submitAll(requests: readonly CommandRequest[]): Promise<readonly CommandOutcome[]> {
    if (requests.length === 0) return [];
    return new Promise((resolve, reject) => {
      const waiter = new CollectAll(requests.length, resolve, reject);
      const byOwner = new Map<LaneOwner, QueuedCommand[]>();
      requests.forEach((request, index) => {
        this.checkKnown(request);
        const owner = this.ownerOf(request.aggregateId);
        const command = { request, waiter, index, attempts: 0 };
        const commands = byOwner.get(owner);
        if (commands === undefined) byOwner.set(owner, [command]);
        else commands.push(command);
      });
      for (const [owner, commands] of byOwner) owner.admit(commands.length);
      for (const [owner, commands] of byOwner) owner.enqueue(commands);
    });
  }

  /**
   * The owner's committed row; default key: the aggregate's id (its root row). As fresh as this
   * owner: one that was fenced and has not noticed yet answers what it knew.
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

  /** Gives due rows their commands and takes lost lanes again, once; the schedule calls it. */
  tick(): void {
    for (const owner of this.owners.values()) owner.tick();
  }

  /** Hands all lanes over: takes nothing new, ends what is queued, leaves the group. Idempotent. */
  stop(): Promise<void> {
    this.stopped ??= this.leave();
    return this.stopped;
  }

  private async leave(): Promise<void> {
    this.unschedule();
    await this.membership?.leave();
    await this.handOver([...this.owners.keys()]);
  }

  private async take(lanes: readonly number[]): Promise<void> {
    const started = lanes.map((lane) => {
      const owner = new LaneOwner(lane, this.ownerOptions);
      this.owners.set(lane, owner);
      return owner.start();
    });
    const takeover = Promise.all(started).then(() => undefined);
    this.takeovers.add(takeover);
    await takeover;
    this.takeovers.delete(takeover);
  }

  private async handOver(lanes: readonly number[]): Promise<void> {
    await Promise.all(
      lanes.map(async (lane) => {
        const owner = this.owners.get(lane);
        await owner?.stop();
        if (this.owners.get(lane) === owner) this.owners.delete(lane);
      }),
    );
  }

  private checkKnown({ aggregate }: CommandRequest): void {
    if (!this.aggregates.has(aggregate)) throw new AggregateUnknownError(aggregate);
  }

  private ownerOf(aggregateId: string): LaneOwner {
    const lane = partitionFor(aggregateId, this.options.lanes);
    const owner = this.owners.get(lane);
    if (owner === undefined) throw new LaneNotOwnedError(lane);
    return owner;
  }
}

const ownerOptionsOf = (options: CommandRuntimeOptions): LaneOwnerOptions => {
  const { log, clock, aggregates, address, writerPrefix } = options;
  return {
    log,
    clock,
    aggregates,
    limits: { ...defaultOwnerLimits, ...options.limits },
    resultsTopic: options.resultsTopic ?? 'command-results',
    writerIdPrefix: `${writerPrefix ?? ''}command-owner-`,
    instance: options.instance ?? 'command-api',
    ...(address === undefined ? {} : { address }),
    observer: options.observer ?? silentObserver,
    openRowStore: options.openRowStore ?? (() => new MemoryRowStore()),
  };
};

const checkOptions = (options: CommandRuntimeOptions, resultsTopic: string): void => {
  const { aggregates, lanes } = options;
  const names = aggregates.map(({ name }) => name);
  const topics = aggregates.flatMap(({ eventsTopic, stateTopic }) => [eventsTopic, stateTopic]);
  topics.push(resultsTopic);
  if (!Number.isSafeInteger(lanes) || lanes < 1) {
    throw new RuntimeOptionsInvalidError(`${lanes} lanes`);
  }
  if (new Set(names).size < names.length || new Set(topics).size < topics.length) {
    throw new RuntimeOptionsInvalidError('two aggregate types share a name or a topic');
  }
};
