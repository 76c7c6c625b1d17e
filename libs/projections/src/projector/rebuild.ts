/**
 * Rebuild by replay: backfill a new generation up to the log's end, stand still, compare, swap, drop.
 * The steps are the states of a rebuild; each leaves a store that a restart can go on with (an
 * unfinished generation is dropped by the next rebuild).
 */
import { RebuildCancelledError, RebuildNotPossibleError } from '../projections.errors';
import { compareGenerations, type GenerationDifference } from '../rebuild/compare-generations';
import { LaneProjector } from './lane-projector';
import type { ProjectorLimits, ProjectorOptions } from './projector-options';

/** State of a rebuild, in this order. */
export type RebuildState = 'backfilling' | 'catching-up' | 'comparing' | 'swapping' | 'live';

/** How far a rebuild has come. */
export interface RebuildProgress {
  readonly view: string;
  readonly generation: number;
  readonly state: RebuildState;
  /** Offsets passed, over all lanes, of `total`; never falls. */
  readonly done: number;
  readonly total: number;
  /** Offsets per second since the rebuild began. */
  readonly perSecond: number;
  /** undefined while the rate is not known. */
  readonly secondsLeft: number | undefined;
}

/** How a rebuild is run. */
export interface RebuildOptions {
  /** Called after each batch and at each change of state. */
  readonly onProgress?: (progress: RebuildProgress) => void;
  /** Compares the new generation with the old one, row for row, before the swap. Default false. */
  readonly compare?: boolean;
  /** Cancels, until the swap has begun. */
  readonly signal?: AbortSignal;
}

/** What came of it. */
export interface RebuildResult {
  readonly generation: number;
  /** Offsets replayed. */
  readonly total: number;
  readonly tookMs: number;
  /** Present when it was compared; a difference does not stop the swap, the log is right. */
  readonly difference?: GenerationDifference;
}

/** The projector, as the rebuild uses it. */
export interface RebuildHost<Source, Change> {
  readonly projector: ProjectorOptions<Source, Change>;
  readonly limits: ProjectorLimits;
  isBusy(): boolean;
  setBusy(busy: boolean): void;
  lanes(): readonly LaneProjector<Source, Change>[];
  stopLanes(): Promise<unknown>;
  /** Starts all lanes anew on a generation. */
  startLanes(generation: number): void;
}

/** Runs a rebuild from its beginning to its end; on failure the live generation goes on. */
export const rebuildView = async <Source, Change>(
  host: RebuildHost<Source, Change>,
  options: RebuildOptions,
): Promise<RebuildResult> => {
  const { store } = host.projector;
  if (host.isBusy()) throw new RebuildNotPossibleError(store.view, 'a rebuild is running');
  host.setBusy(true);
  try {
    return await new Rebuild(host, options).run();
  } finally {
    host.setBusy(false);
  }
};

class Rebuild<Source, Change> {
  readonly #backfill = new Map<number, LaneProjector<Source, Change>>();
  readonly #passed = new Map<number, number>();
  readonly #startedAtMs: number;
  #targets: ReadonlyMap<number, number> = new Map();
  #state: RebuildState = 'backfilling';
  #generation = 0;

  constructor(
    private readonly host: RebuildHost<Source, Change>,
    private readonly options: RebuildOptions,
  ) {
    this.#startedAtMs = host.projector.clock.nowMs();
  }

  async run(): Promise<RebuildResult> {
    const { store } = this.host.projector;
    this.#targets = await this.#ends();
    const former = await this.#prepare();
    let live = former;
    try {
      await this.#replay();
      this.#enter('catching-up');
      await this.host.stopLanes();
      this.#targets = await this.#furthest();
      await this.#replay();
      const difference = this.options.compare ? await this.#compared(former) : undefined;
      if (this.options.signal?.aborted) throw new RebuildCancelledError(store.view);
      this.#enter('swapping');
      await store.promote(this.#generation);
      live = this.#generation;
      return this.#result(difference);
    } finally {
      this.host.startLanes(live);
      await store.dropGeneration(live === former ? this.#generation : former);
      if (live !== former) this.#enter('live');
    }
  }

  /** Drops what an unfinished rebuild has left, and makes the new generation. */
  async #prepare(): Promise<number> {
    const { store } = this.host.projector;
    const all = await store.generations();
    for (const { generation, live } of all) if (!live) await store.dropGeneration(generation);
    const former = all.find(({ live }) => live);
    if (former === undefined)
      throw new RebuildNotPossibleError(store.view, 'no generation is live');
    this.#generation = await store.createGeneration();
    return former.generation;
  }

  async #ends(): Promise<ReadonlyMap<number, number>> {
    const { log, projection, store } = this.host.projector;
    const spec = (await log.topics()).find(({ name }) => name === projection.topic);
    const held = new Set(this.host.lanes().map(({ lane }) => lane));
    const partitions = Array.from({ length: spec?.partitions ?? 0 }, (_, partition) => partition);
    if (partitions.length === 0 || partitions.some((partition) => !held.has(partition))) {
      throw new RebuildNotPossibleError(store.view, 'not all lanes are in this process');
    }
    const offsets = await log.offsets(
      partitions.map((partition) => ({ topic: projection.topic, partition })),
    );
    return new Map(offsets.map(({ partition, endOffset }) => [partition, endOffset]));
  }

  /** Per lane the place that the live generation or the new one has reached, whichever is further. */
  async #furthest(): Promise<ReadonlyMap<number, number>> {
    const live = this.host.lanes();
    return new Map(
      live.map(({ lane, next }) => [lane, Math.max(next, this.#targets.get(lane) ?? 0)]),
    );
  }

  #replay(): Promise<void> {
    return this.#runLanes(this.#generation, this.#backfill);
  }

  async #runLanes(
    generation: number,
    into: Map<number, LaneProjector<Source, Change>>,
  ): Promise<void> {
    const { projector, limits } = this.host;
    const lanes = [...this.#targets].map(([lane, until]) => {
      const onMoved = (moved: LaneProjector<Source, Change>): void => this.#moved(moved, into);
      return new LaneProjector({ projector, limits, lane, generation, until, onMoved });
    });
    for (const lane of lanes) into.set(lane.lane, lane);
    const cancel = (): void => void Promise.all(lanes.map((lane) => lane.stop()));
    this.options.signal?.addEventListener('abort', cancel, { once: true });
    if (this.options.signal?.aborted) throw new RebuildCancelledError(projector.store.view);
    await Promise.all(lanes.map((lane) => lane.run()));
    this.options.signal?.removeEventListener('abort', cancel);
    for (const { failure } of lanes) if (failure !== undefined) throw failure;
    if (this.options.signal?.aborted) throw new RebuildCancelledError(projector.store.view);
  }

  async #compared(former: number): Promise<GenerationDifference> {
    this.#enter('comparing');
    await this.#runLanes(former, new Map());
    return compareGenerations(this.host.projector.store, former, this.#generation);
  }

  #moved(
    lane: LaneProjector<Source, Change>,
    into: Map<number, LaneProjector<Source, Change>>,
  ): void {
    if (into !== this.#backfill) return;
    this.#passed.set(lane.lane, Math.max(lane.next, this.#passed.get(lane.lane) ?? 0));
    this.#tell();
  }

  #enter(state: RebuildState): void {
    this.#state = state;
    this.#tell();
  }

  #tell(): void {
    const elapsedMs = this.host.projector.clock.nowMs() - this.#startedAtMs;
    const total = sum(this.#targets.values());
    const done = Math.min(total, sum(this.#passed.values()));
    const perSecond = elapsedMs === 0 ? 0 : (done * 1_000) / elapsedMs;
    this.options.onProgress?.({
      view: this.host.projector.store.view,
      generation: this.#generation,
      state: this.#state,
      done,
      total,
      perSecond,
      secondsLeft: perSecond === 0 ? undefined : (total - done) / perSecond,
    });
  }

  #result(difference: GenerationDifference | undefined): RebuildResult {
    return {
      generation: this.#generation,
      total: sum(this.#targets.values()),
      tookMs: this.host.projector.clock.nowMs() - this.#startedAtMs,
      ...(difference === undefined ? {} : { difference }),
    };
  }
}

const sum = (values: Iterable<number>): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};
