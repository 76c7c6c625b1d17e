/**
 * Generations, checkpoints and the atomic step, in memory: an apply runs without an await from
 * the comparison of the checkpoint to its move, so nobody sees or interrupts half of it.
 */
import { GenerationGoneError, GenerationLiveError } from '../projections.errors';
import type {
  ApplyOutcome,
  Generation,
  LaneBatch,
  LaneCheckpoint,
  RowPage,
  ViewRow,
  ViewStore,
} from '../view-store.port';

interface Build<State> {
  readonly state: State;
  readonly lanes: Map<number, LaneCheckpoint>;
}

/** Base of the in-process stores; `State` is what one generation holds. */
export abstract class InProcessViewStore<Change, State> implements ViewStore<Change> {
  private readonly builds = new Map<number, Build<State>>();
  private liveGeneration = 1;
  private newestGeneration = 1;

  protected constructor(readonly view: string) {}

  abstract check(change: Change): void;
  protected abstract emptyState(): State;
  /** Must not throw: the changes have passed `check`. */
  protected abstract write(state: State, changes: readonly Change[]): void;
  protected abstract content(state: State): Iterable<ViewRow>;

  /** State that queries see. */
  protected live(): State {
    return this.build(this.liveGeneration).state;
  }

  async generations(): Promise<readonly Generation[]> {
    this.build(this.liveGeneration);
    const numbers = [...this.builds.keys()].sort((a, b) => a - b);
    return numbers.map((generation) => ({ generation, live: generation === this.liveGeneration }));
  }

  async checkpoints(generation: number): Promise<readonly LaneCheckpoint[]> {
    return [...this.build(generation).lanes.values()].sort((a, b) => a.lane - b.lane);
  }

  async apply(batch: LaneBatch<Change>): Promise<ApplyOutcome> {
    const { state, lanes } = this.build(batch.generation);
    const { lane, expectedNext, next, changes } = batch;
    for (const change of changes) this.check(change);
    const checkpoint = lanes.get(lane) ?? { lane, next: 0, blocked: [] };
    if (checkpoint.next !== expectedNext) return { kind: 'conflict', next: checkpoint.next };
    this.write(state, changes);
    lanes.set(lane, { lane, next, blocked: batch.blocked ?? checkpoint.blocked });
    return { kind: 'applied' };
  }

  async createGeneration(): Promise<number> {
    this.build(this.liveGeneration);
    this.newestGeneration += 1;
    this.builds.set(this.newestGeneration, { state: this.emptyState(), lanes: new Map() });
    return this.newestGeneration;
  }

  async promote(generation: number): Promise<void> {
    this.build(generation);
    this.liveGeneration = generation;
  }

  async dropGeneration(generation: number): Promise<void> {
    if (generation === this.liveGeneration) throw new GenerationLiveError(this.view, generation);
    this.builds.delete(generation);
  }

  async rows(generation: number, page: RowPage): Promise<readonly ViewRow[]> {
    const after = page.afterKey;
    const rows = [...this.content(this.build(generation).state)]
      .filter((row) => after === undefined || compareBytes(row.key, after) > 0)
      .sort((a, b) => compareBytes(a.key, b.key));
    return rows.slice(0, page.limit);
  }

  private build(generation: number): Build<State> {
    const build = this.builds.get(generation);
    if (build !== undefined) return build;
    if (generation !== 1 || this.liveGeneration !== 1) {
      throw new GenerationGoneError(this.view, generation);
    }
    const first = { state: this.emptyState(), lanes: new Map() };
    this.builds.set(1, first);
    return first;
  }
}

/** Order of two texts by their UTF-8 bytes. */
export const compareBytes = (a: string, b: string): number =>
  a === b ? 0 : Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
