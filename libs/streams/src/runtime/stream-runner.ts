/**
 * Runs a topology on a log: lanes given by hand, or placed by a group.
 */
import type {
  Clock,
  EventLog,
  GroupMembership,
  Position,
  TopicPartition,
} from '@millrace/event-log';
import type { Topology } from '../topology/topology';
import { LaneRunner } from './lane-runner';
import type { LaneLimits } from './lane-session';
import { isPast, PositionWaiters } from './position-waiters';
import type { RestoreProgress } from './restore-lane';
import { noStreamMetrics, type StreamMetrics } from './stream-metrics';
import { type LaneStatus, laneStatus, type StreamStatus, streamStatus } from './stream-status';

/** Settings of a runner. */
export interface StreamRunnerOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly topology: Topology;
  /** Number of lanes: the partition count of all topics of the topology. */
  readonly lanes: number;
  /** Lanes to run here; default all. Ignored with `groupId`. */
  readonly ownLanes?: readonly number[];
  /**
   * Lets this group place the lanes; `address` is shown to its other members. Positions are
   * published under it, without a group under `stream-<topology>`.
   */
  readonly groupId?: string;
  readonly address?: string;
  readonly metrics?: StreamMetrics;
  /**
   * Defaults: commit when the input is drained, else after 50 ms or 5,000 records (far behind only
   * after these or 1 s), poll 2,000 records or 500 ms, step 250 records, idle and publish 1 s.
   */
  readonly limits?: Partial<LaneLimits>;
  /** Restarts of a lane in succession without a commit before it fails; default 10. */
  readonly maxRestarts?: number;
  /** Waits before restart number `attempt`; default: not at all. */
  readonly backoff?: (attempt: number) => Promise<void>;
  /**
   * Lets the rest of the process work between two steps of a backlog, e.g. by `setImmediate`;
   * default: not at all, which suits a process of its own with one lane.
   */
  readonly breathe?: () => Promise<void>;
  readonly onStatus?: (lane: number, status: LaneStatus, error?: unknown) => void;
  readonly onRestore?: (progress: RestoreProgress) => void;
}

const defaultLimits: LaneLimits = {
  commitIntervalMs: 50,
  maxRecordsPerCommit: 5_000,
  maxPollRecords: 2_000,
  maxRecordsPerStep: 250,
  pollWaitMs: 500,
  idleAfterMs: 1_000,
  publishEveryMs: 1_000,
};

/** What one lane does now. */
export interface LaneReport {
  readonly lane: number;
  readonly status: LaneStatus;
  /** Set while the status is `failed` or `fenced`. */
  readonly error: unknown;
}

/**
 * Lanes of a topology in this process. A lane whose operator throws, or that meets an undecodable
 * record under the policy `stop`, becomes `failed` and stands; the others go on.
 */
export class StreamRunner {
  readonly #lanes = new Map<number, LaneRunner>();
  readonly #waiters = new PositionWaiters();
  #membership: GroupMembership | undefined;

  constructor(private readonly options: StreamRunnerOptions) {}

  /**
   * Creates the topology's own topics, then starts the lanes; inputs and outputs must exist.
   * Resolves when the lanes are started, not when they are restored: see `lanes`.
   */
  async start(): Promise<void> {
    const { log, topology, lanes, groupId, address } = this.options;
    await log.ensureTopics(topology.internalTopics(lanes));
    if (groupId === undefined) {
      const own = this.options.ownLanes ?? Array.from({ length: lanes }, (_, lane) => lane);
      for (const lane of own) this.#startLane(lane);
      return;
    }
    this.#membership = await log.joinGroup({
      groupId,
      topics: topology.inputs.map(({ topic }) => topic),
      ...(address === undefined ? {} : { address }),
      onAssigned: async (assigned) => {
        for (const lane of assigned) this.#startLane(lane);
      },
      onRevoked: (revoked) => this.#stopLanes(revoked),
    });
  }

  /** Ascending by lane. */
  lanes(): readonly LaneReport[] {
    return [...this.#lanes.values()]
      .map(({ lane, status, error }) => ({ lane, status, error }))
      .sort((a, b) => a.lane - b.lane);
  }

  /** Measured against the log's ends, also while a lane is restored or stands still. */
  async status(): Promise<StreamStatus> {
    const { log, clock, topology } = this.options;
    const runners = [...this.#lanes.values()].sort((a, b) => a.lane - b.lane);
    const topics = topology.inputs.map(({ topic }) => topic);
    const inputs = runners.flatMap(({ lane }) =>
      topics.map((topic): TopicPartition => ({ topic, partition: lane })),
    );
    const offsets = await log.offsets(inputs);
    const nowMs = clock.nowMs();
    const lanes = runners.map((runner) => {
      const own = offsets.filter(({ partition }) => partition === runner.lane);
      return laneStatus(runner, own, nowMs);
    });
    return streamStatus(topology.id, lanes);
  }

  /**
   * Waits until these positions of inputs are committed (other topics are ignored).
   *
   * @param signal ends the wait, e.g. `AbortSignal.timeout(2_000)`
   * @returns false when the signal came first; a lane that is elsewhere or stopped never passes
   */
  async whenPast(positions: readonly Position[], signal: AbortSignal): Promise<boolean> {
    const inputs = new Set(this.options.topology.inputs.map(({ topic }) => topic));
    const waits = positions
      .filter(({ topic }) => inputs.has(topic))
      .map((position) => {
        const committed = this.#lanes.get(position.partition)?.positions ?? [];
        return isPast(committed, position) || this.#waiters.wait(position, signal);
      });
    return (await Promise.all(waits)).every((passed) => passed);
  }

  /**
   * Waits until every lane has committed past the ends that the inputs have now, and past what
   * came of it on the topics between the lanes: then all results of these records are in the log.
   * As `whenPast`.
   */
  async whenCaughtUp(signal: AbortSignal): Promise<boolean> {
    const { topology } = this.options;
    const between = new Set(topology.repartitionTopics);
    const topics = topology.inputs.map(({ topic }) => topic);
    const sources = topics.filter((topic) => !between.has(topic));
    // A topic between lanes is fed by inputs that were declared before it.
    const stages = [sources, ...topics.filter((topic) => between.has(topic)).map((one) => [one])];
    for (const stage of stages) {
      if (!(await this.whenPast(await this.#ends(stage), signal))) return false;
    }
    return true;
  }

  /** Commits what is in hand, closes the writers, leaves the group. Idempotent. */
  async stop(): Promise<void> {
    await this.#membership?.leave();
    this.#membership = undefined;
    await this.#stopLanes([...this.#lanes.keys()]);
  }

  async #ends(topics: readonly string[]): Promise<readonly Position[]> {
    const { log, lanes } = this.options;
    const all = topics.flatMap((topic) =>
      Array.from({ length: lanes }, (_, partition) => ({ topic, partition })),
    );
    const offsets = await log.offsets(all);
    return offsets.map(({ topic, partition, endOffset }) => {
      return { topic, partition, offset: endOffset };
    });
  }

  #startLane(lane: number): void {
    const { log, clock, topology, lanes } = this.options;
    const runner = new LaneRunner({
      log,
      clock,
      topology,
      lane,
      lanes,
      limits: { ...defaultLimits, ...this.options.limits },
      metrics: this.options.metrics ?? noStreamMetrics,
      maxRestarts: this.options.maxRestarts ?? 10,
      backoff: this.options.backoff ?? (async () => {}),
      breathe: this.options.breathe ?? (async () => {}),
      onStatus: this.options.onStatus ?? (() => {}),
      onRestore: this.options.onRestore ?? (() => {}),
      groupId: this.options.groupId ?? `stream-${topology.id}`,
      onCommitted: (positions) => this.#waiters.moved(positions),
    });
    this.#lanes.set(lane, runner);
    runner.start();
  }

  async #stopLanes(lanes: readonly number[]): Promise<void> {
    await Promise.all(lanes.map((lane) => this.#lanes.get(lane)?.stop()));
    for (const lane of lanes) this.#lanes.delete(lane);
  }
}
