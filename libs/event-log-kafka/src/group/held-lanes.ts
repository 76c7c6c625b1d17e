/**
 * The lanes of one member: what it was given, what its user works on, what is being let go. The
 * user's callbacks are called one at a time, revokes first, and may take as long as they like.
 */
import type { GroupOptions } from '@millrace/event-log';

/** What the user is told, and who is told of the outcome. */
export interface LaneCallbacks extends Pick<GroupOptions, 'onAssigned' | 'onRevoked'> {
  /** Lanes that were claimed are claimed no longer: the group should hear of it. */
  readonly onReleased: () => void;
  /** A callback of the user has rejected: everything is let go, nothing is taken any more. */
  readonly onFailed: (error: unknown) => void;
}

/** See the top of the file. */
export class HeldLanes {
  #target: ReadonlySet<number> = new Set();
  /** Lanes whose `onAssigned` was called and whose `onRevoked` has not resolved. */
  readonly #held = new Set<number>();
  readonly #releasing = new Set<number>();
  #work: Promise<void> = Promise.resolve();
  #isWorking = false;
  #hasFailed = false;

  constructor(readonly callbacks: LaneCallbacks) {}

  /** What the member has to claim now: nobody else may have these lanes. */
  claims(): { readonly owned: readonly number[]; readonly releasing: readonly number[] } {
    const owned = [...this.#target].filter((lane) => !this.#releasing.has(lane));
    return { owned: ascending(owned), releasing: ascending(this.#releasing) };
  }

  /** A new placement: lanes that are not in it are let go, then new ones are taken. */
  take(lanes: readonly number[]): void {
    if (this.#hasFailed) return;
    const target = new Set(lanes);
    const isDropped = [...this.#target].some((lane) => !target.has(lane) && !this.#held.has(lane));
    this.#target = target;
    for (const lane of this.#held) if (!target.has(lane)) this.#releasing.add(lane);
    if (!this.#isWorking && this.#isDue()) {
      this.#isWorking = true;
      this.#work = this.#run();
    }
    if (isDropped) this.callbacks.onReleased();
  }

  /** Resolves when everything that was taken is applied, and at a failure. */
  applied(): Promise<void> {
    return this.#work;
  }

  /** Lets everything go; resolves when the last `onRevoked` has. */
  dropAll(): Promise<void> {
    this.take([]);
    return this.applied();
  }

  async #run(): Promise<void> {
    try {
      while (this.#isDue()) await this.#step();
    } catch (error) {
      await this.#fail(error);
    } finally {
      this.#isWorking = false;
    }
  }

  #isDue(): boolean {
    return this.#releasing.size > 0 || this.#gained().length > 0;
  }

  #gained(): readonly number[] {
    return ascending([...this.#target].filter((lane) => !this.#held.has(lane)));
  }

  async #step(): Promise<void> {
    const lost = ascending(this.#releasing);
    if (lost.length > 0) {
      for (const lane of lost) this.#held.delete(lane);
      await this.callbacks.onRevoked(lost);
      for (const lane of lost) this.#releasing.delete(lane);
      this.callbacks.onReleased();
      return;
    }
    const gained = this.#gained();
    for (const lane of gained) this.#held.add(lane);
    await this.callbacks.onAssigned(gained);
  }

  // What was handed over is let go once, also lanes whose `onAssigned` has rejected: they may hold
  // something. Lanes whose `onRevoked` has rejected are not asked twice. All stay claimed meanwhile.
  async #fail(error: unknown): Promise<void> {
    this.#hasFailed = true;
    const rest = ascending(this.#held);
    this.#target = new Set();
    this.#held.clear();
    for (const lane of rest) this.#releasing.add(lane);
    try {
      if (rest.length > 0) await this.callbacks.onRevoked(rest);
    } catch {
      // The first failure is the one that is told.
    }
    this.#releasing.clear();
    this.callbacks.onFailed(error);
  }
}

const ascending = (lanes: Iterable<number>): readonly number[] => [...lanes].sort((a, b) => a - b);
