/**
 * Keeps one view up to date from one topic, on the lanes that the group gives to this process.
 */
import type { GroupMembership, Position } from '@millrace/event-log';
import { LaneProjector } from './lane-projector';
import { PositionWaiters } from './position-waiters';
import { silentProjectorObserver } from './projector-observer.port';
import {
  defaultProjectorLimits,
  type ProjectorLimits,
  type ProjectorOptions,
} from './projector-options';
import { laneStatus, type ProjectorStatus } from './projector-status';
import { type RebuildOptions, type RebuildResult, rebuildView } from './rebuild';

/**
 * The projector of a view. Several may run for the same view, in one process or in many: the
 * group places lanes, and the store's checkpoint lets one of two writers of a lane win.
 */
export class Projector<Source, Change> {
  readonly view: string;
  readonly #limits: ProjectorLimits;
  readonly #lanes = new Map<number, LaneProjector<Source, Change>>();
  readonly #waiters = new PositionWaiters();
  readonly #publishedAtMs = new Map<number, number>();
  #membership: GroupMembership | undefined;
  #rebuilding = false;

  constructor(private readonly options: ProjectorOptions<Source, Change>) {
    this.view = options.store.view;
    this.#limits = { ...defaultProjectorLimits, ...options.limits };
  }

  /** Joins the group; lanes start as they are assigned. */
  async start(): Promise<void> {
    if (this.#membership !== undefined) return;
    this.#membership = await this.options.log.joinGroup({
      groupId: this.#groupId,
      topics: [this.options.projection.topic],
      onAssigned: (lanes) => this.#startLanes(lanes),
      onRevoked: (lanes) => this.#stopLanes(lanes),
    });
  }

  /** Lets batches in flight finish, publishes the last positions, leaves the group. Idempotent. */
  async stop(): Promise<void> {
    const membership = this.#membership;
    this.#membership = undefined;
    await membership?.leave();
    await this.#stopLanes([...this.#lanes.keys()]);
  }

  /** Measured against the log's end, also while a lane is stopped. */
  async status(): Promise<ProjectorStatus> {
    const { log, clock, projection } = this.options;
    const lanes = [...this.#lanes.values()].sort((a, b) => a.lane - b.lane);
    const offsets = await log.offsets(lanes.map(({ position }) => position));
    const nowMs = clock.nowMs();
    const all = lanes.map((lane) => {
      const found = offsets.find(({ partition }) => partition === lane.lane);
      return laneStatus(lane, found, nowMs);
    });
    return {
      view: this.view,
      topic: projection.topic,
      lanes: all,
      lagRecords: all.reduce((sum, lane) => sum + lane.lagRecords, 0),
      lagSeconds: Math.max(0, ...all.map((lane) => lane.lagSeconds)),
    };
  }

  /**
   * Waits until the view has passed these positions of its topic (others are ignored).
   *
   * @param signal ends the wait, e.g. `AbortSignal.timeout(2_000)`
   * @returns false when the signal came first; a lane that is elsewhere or stopped never passes
   */
  async whenPast(positions: readonly Position[], signal: AbortSignal): Promise<boolean> {
    const wanted = positions.filter(({ topic }) => topic === this.options.projection.topic);
    const waits = wanted.map(({ partition, offset }) => {
      const lane = this.#lanes.get(partition);
      if (lane !== undefined && isOpen(lane) && lane.next >= offset) return true;
      return this.#waiters.wait(partition, offset, signal);
    });
    return (await Promise.all(waits)).every((passed) => passed);
  }

  /** Waits until the view has passed the end that the log has now. As `whenPast`. */
  async whenCaughtUp(signal: AbortSignal): Promise<boolean> {
    const { log, projection } = this.options;
    const partitions = (await log.topics()).find(
      ({ name }) => name === projection.topic,
    )?.partitions;
    const all = Array.from({ length: partitions ?? 0 }, (_, partition) => ({
      topic: projection.topic,
      partition,
    }));
    const offsets = await log.offsets(all);
    const ends = offsets.map(({ topic, partition, endOffset }) => ({
      topic,
      partition,
      offset: endOffset,
    }));
    return this.whenPast(ends, signal);
  }

  /**
   * Fills a new generation from the log beside the live one, catches up, swaps, drops the old.
   * The live generation answers queries all the while; its lanes stand still during the last steps.
   *
   * @throws RebuildNotPossibleError a rebuild runs, or lanes are elsewhere
   * @throws RebuildCancelledError the signal came before the swap
   */
  async rebuild(options: RebuildOptions = {}): Promise<RebuildResult> {
    return rebuildView(
      {
        projector: this.options,
        limits: this.#limits,
        isBusy: () => this.#rebuilding,
        setBusy: (busy) => {
          this.#rebuilding = busy;
        },
        lanes: () => [...this.#lanes.values()],
        stopLanes: () => Promise.all([...this.#lanes.values()].map((lane) => lane.stop())),
        startLanes: (generation) => this.#replaceLanes(generation),
      },
      options,
    );
  }

  get #groupId(): string {
    return this.options.groupId ?? `projector-${this.view}`;
  }

  async #startLanes(lanes: readonly number[]): Promise<void> {
    const live = await this.#liveGeneration();
    for (const lane of lanes) this.#startLane(lane, live);
  }

  #startLane(lane: number, generation: number): void {
    const projector = new LaneProjector({
      projector: this.options,
      limits: this.#limits,
      lane,
      generation,
      onMoved: (moved) => this.#onMoved(moved),
    });
    this.#lanes.set(lane, projector);
    void projector.run();
  }

  async #liveGeneration(): Promise<number> {
    const all = await this.options.store.generations();
    return all.find(({ live }) => live)?.generation ?? 1;
  }

  #replaceLanes(generation: number): void {
    for (const lane of [...this.#lanes.keys()]) this.#startLane(lane, generation);
  }

  async #stopLanes(lanes: readonly number[]): Promise<void> {
    await Promise.all(
      lanes.map(async (lane) => {
        const projector = this.#lanes.get(lane);
        if (projector === undefined) return;
        await projector.stop();
        this.#lanes.delete(lane);
        await this.#publish(projector);
      }),
    );
  }

  #onMoved(lane: LaneProjector<Source, Change>): void {
    this.#waiters.moved(lane.lane, lane.next);
    const nowMs = this.options.clock.nowMs();
    const last = this.#publishedAtMs.get(lane.lane);
    if (last !== undefined && nowMs - last < this.#limits.publishEveryMs) return;
    this.#publishedAtMs.set(lane.lane, nowMs);
    void this.#publish(lane);
  }

  async #publish(lane: LaneProjector<Source, Change>): Promise<void> {
    const { log, observer = silentProjectorObserver } = this.options;
    try {
      await log.publishGroupPositions(this.#groupId, [lane.position]);
    } catch (error) {
      const place = { view: this.view, lane: lane.lane, generation: lane.generation };
      observer.unpublished(place, error);
    }
  }
}

const isOpen = <Source, Change>(lane: LaneProjector<Source, Change>): boolean =>
  lane.state !== 'starting';
