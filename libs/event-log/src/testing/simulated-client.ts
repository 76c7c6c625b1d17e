/**
 * One process that uses the simulated log. It can crash, or be paused, at any of its steps.
 */
import { InvalidRecordError, LogClosedError, LogUnavailableError } from '../event-log.errors';
import type {
  CommitReceipt,
  EventLog,
  LogReader,
  PartitionOffsets,
  TransactionalWriter,
} from '../event-log.port';
import type { GroupMembership, GroupOptions } from '../group.port';
import type { LocalMembership } from '../local-groups';
import { PositionedReader } from '../positioned-reader';
import type { RecordToAppend } from '../record';
import { checkWriterId } from '../record-rules';
import type { Position, TopicPartition, TopicSpec } from '../topic';
import type { SimulatedCluster } from './simulated-cluster';
import { SimulatedWriter } from './simulated-writer';

/** Where a client may be held up: before a request takes effect, and before its answer arrives. */
export type Step =
  | 'append'
  | 'append-answer'
  | 'commit'
  | 'commit-answer'
  | 'abort'
  | 'abort-answer'
  | 'open'
  | 'open-answer'
  | 'poll'
  | 'poll-answer'
  | 'request';

/** Resolves when the client may go on; never, once it has crashed. */
export type Gate = (step: Step) => Promise<void>;

/** A process on the simulated log. */
export class SimulatedClient implements EventLog {
  readonly #readers = new Set<LogReader>();
  readonly #writers = new Set<TransactionalWriter>();
  readonly #memberships = new Set<LocalMembership>();
  readonly #gate: Gate = (step) => this.#pass(step);
  #steps: Step[] = [];
  #crashAtStep = -1;
  #crashed = false;
  #closed = false;
  #resumed: Promise<void> | undefined;
  #resume: () => void = () => undefined;

  constructor(
    protected readonly cluster: SimulatedCluster,
    readonly name: string,
    readonly incarnation: string,
  ) {}

  /** The steps that this client has reached so far, in order. */
  get steps(): readonly Step[] {
    return this.#steps;
  }

  get crashed(): boolean {
    return this.#crashed;
  }

  /** Crashes when this step (0-based, of those after this call) is reached. */
  crashAtStep(step: number): void {
    this.#steps = [];
    this.#crashAtStep = step;
  }

  /**
   * Ends the process here: none of its awaits on the log ever returns, its open transactions stay
   * open until they are fenced or expired, its group lanes go to others.
   */
  crash(): void {
    this.#crashed = true;
    this.#resume();
    this.#expelMemberships();
  }

  /** Holds the process up, as a long collection of garbage would; its group takes it for dead. */
  pause(): void {
    if (this.#resumed !== undefined) return;
    this.#resumed = new Promise((resolve) => {
      this.#resume = resolve;
    });
    this.#expelMemberships();
  }

  resume(): void {
    this.#resume();
    this.#resumed = undefined;
  }

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    await this.#request();
    for (const topic of topics) this.cluster.declare(topic);
  }

  async topics(): Promise<readonly TopicSpec[]> {
    await this.#request();
    return this.cluster.specs();
  }

  async offsets(partitions: readonly TopicPartition[]): Promise<readonly PartitionOffsets[]> {
    await this.#request();
    return partitions.map(({ topic, partition: number }) => {
      const partition = this.cluster.partition({ topic, partition: number });
      const startOffset = partition.startOffset();
      return { topic, partition: number, startOffset, endOffset: partition.endOffset() };
    });
  }

  async openWriter(writerId: string): Promise<TransactionalWriter> {
    checkWriterId(writerId);
    this.#checkOpen();
    await this.#pass('open');
    if (this.cluster.strikes('open-unavailable', this.cluster.faults.unavailableRate)) {
      throw new LogUnavailableError(`opening writer ${writerId}`);
    }
    const epoch = this.cluster.openEpoch(writerId);
    const writer = new SimulatedWriter(this.cluster, this.#gate, { writerId, epoch });
    this.#writers.add(writer);
    await this.#pass('open-answer');
    return writer;
  }

  async append(records: readonly RecordToAppend[]): Promise<CommitReceipt> {
    this.#checkOpen();
    const sorted = this.cluster.sorted(records);
    await this.#pass('append');
    if (this.cluster.strikes('append-unavailable', this.cluster.faults.unavailableRate)) {
      throw new LogUnavailableError('an append');
    }
    const receipt = this.cluster.write(sorted);
    await this.#pass('append-answer');
    return receipt;
  }

  async openReader(positions: readonly Position[]): Promise<LogReader> {
    await this.#request();
    const sources = positions.map((position) => ({
      source: this.cluster.partition(position),
      offset: position.offset,
    }));
    const reader = new PositionedReader(sources, {
      after: (waitMs, call) => this.#after(waitMs, call),
      gate: (step) => this.#pollGate(step),
      onClose: (closed) => this.#readers.delete(closed),
    });
    this.#readers.add(reader);
    return reader;
  }

  async joinGroup(options: GroupOptions): Promise<GroupMembership> {
    await this.#request();
    const membership = await this.cluster.groups.join(options);
    this.#memberships.add(membership);
    if (this.#crashed) await membership.expel();
    return {
      memberId: membership.memberId,
      members: () => membership.members(),
      leave: async () => {
        if (this.#memberships.delete(membership)) await membership.leave();
      },
    };
  }

  async publishGroupPositions(groupId: string, positions: readonly Position[]): Promise<void> {
    await this.#request();
    const held = this.cluster.groupPositions.get(groupId) ?? new Map<string, Position>();
    this.cluster.groupPositions.set(groupId, held);
    for (const { topic, partition, offset } of positions) {
      if (!Number.isSafeInteger(offset) || offset < 0) {
        throw new InvalidRecordError(`${topic}/${partition}: ${offset} is not an offset`);
      }
      held.set(`${topic}/${partition}`, { topic, partition, offset });
    }
  }

  async groupPositions(groupId: string): Promise<readonly Position[]> {
    await this.#request();
    const held = this.cluster.groupPositions.get(groupId)?.values() ?? [];
    return [...held].sort((a, b) =>
      a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1,
    );
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const memberships = [...this.#memberships];
    this.#memberships.clear();
    for (const membership of memberships) await membership.leave();
    for (const reader of [...this.#readers]) await reader.close();
    for (const writer of this.#writers) await writer.close();
  }

  async #request(): Promise<void> {
    this.#checkOpen();
    await this.#pass('request');
  }

  #checkOpen(): void {
    if (this.#closed) throw new LogClosedError();
  }

  async #pollGate(step: 'poll' | 'poll-answer'): Promise<void> {
    await this.#pass(step);
    if (step === 'poll-answer') return;
    if (this.cluster.strikes('poll-unavailable', this.cluster.faults.unavailableRate)) {
      throw new LogUnavailableError('a poll');
    }
  }

  async #pass(step: Step): Promise<void> {
    if (this.#steps.length === this.#crashAtStep) this.crash();
    this.#steps.push(step);
    const { delayTurns } = this.cluster.faults;
    const turns = delayTurns > 0 ? this.cluster.random.below(delayTurns + 1) : 0;
    for (let i = 0; i < turns; i++) await this.cluster.scheduler.turn();
    await this.#resumed;
    if (this.#crashed) await new Promise<never>(() => undefined);
  }

  #after(waitMs: number, call: () => void): () => void {
    const deadline = { atMs: this.cluster.clock.nowMs() + waitMs, call };
    this.cluster.deadlines.add(deadline);
    return () => this.cluster.deadlines.delete(deadline);
  }

  #expelMemberships(): void {
    for (const membership of this.#memberships) void membership.expel();
    this.#memberships.clear();
  }
}
