/**
 * One lane into one generation: reads the checkpoint from the store, seeks, and then polls and maps
 * the next batch while the store applies the one before.
 */
import { CodedError, type Position } from '@millrace/event-log';
import {
  GenerationGoneError,
  RecordUnreadableError,
  TooManyBlockedError,
} from '../projections.errors';
import type { BlockedSubject, LaneCheckpoint } from '../view-store.port';
import { deadLetterRecord } from './dead-letter';
import { LaneReader } from './lane-reader';
import type { PreparedBatch } from './prepare-batch';
import {
  type ProjectorObserver,
  type ProjectorPlace,
  silentProjectorObserver,
} from './projector-observer.port';
import type { ProjectorLimits, ProjectorOptions } from './projector-options';
import { backoffMs, RateMeter } from './rate-meter';

/** `done`: it has reached `until`. `stopped`: by an error, or by `stop`. */
export type LaneState = 'starting' | 'running' | 'paused' | 'done' | 'stopped';

/** What a lane's loop is made of. */
export interface LaneProjectorOptions<Source, Change> {
  readonly projector: ProjectorOptions<Source, Change>;
  readonly limits: ProjectorLimits;
  readonly lane: number;
  readonly generation: number;
  /** Ends by itself when the checkpoint stands here; runs on when left out. */
  readonly until?: number;
  /** Called after each move of the checkpoint. */
  readonly onMoved: (lane: LaneProjector<Source, Change>) => void;
}

type Prepared<Change> = PreparedBatch<Change> & {
  readonly blocked: readonly BlockedSubject[] | undefined;
};

/** The loop of one lane. */
export class LaneProjector<Source, Change> {
  state: LaneState = 'starting';
  /** Checkpoint as last seen. */
  next = 0;
  blocked: readonly BlockedSubject[] = [];
  failure: unknown;
  /** Records read by this loop. */
  records = 0;
  /** Append time of the first record that is not yet in the store; undefined when none is known. */
  oldestWaitingMs: number | undefined;
  readonly lane: number;
  readonly #rate: RateMeter;
  readonly #stop = new AbortController();
  readonly #observer: ProjectorObserver;
  #generation: number;
  #reader: LaneReader<Source, Change> | undefined;
  #ended: Promise<void> | undefined;

  constructor(private readonly options: LaneProjectorOptions<Source, Change>) {
    this.lane = options.lane;
    this.#generation = options.generation;
    this.#rate = new RateMeter(options.projector.clock.nowMs());
    this.#observer = options.projector.observer ?? silentProjectorObserver;
  }

  get generation(): number {
    return this.#generation;
  }

  get position(): Position {
    return { topic: this.#projector.projection.topic, partition: this.lane, offset: this.next };
  }

  recordsPerSecond(): number {
    return this.#rate.perSecond(this.#projector.clock.nowMs());
  }

  /** Starts the loop. The promise resolves when it has ended; a failure is in `failure`. */
  run(): Promise<void> {
    this.#ended ??= this.#loop();
    return this.#ended;
  }

  /** Lets the batch in flight finish, then ends. Idempotent. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#reader?.wakeup();
    await this.#ended;
  }

  get #projector(): ProjectorOptions<Source, Change> {
    return this.options.projector;
  }

  get #place(): ProjectorPlace {
    const { store } = this.#projector;
    return { view: store.view, lane: this.lane, generation: this.#generation };
  }

  async #loop(): Promise<void> {
    try {
      await this.#retrying(() => this.#open());
      while (!this.#stop.signal.aborted && !this.#isDone()) {
        const outcome = await this.#runFromCheckpoint();
        if (outcome === 'reopen') await this.#retrying(() => this.#open());
      }
      this.state = this.#isDone() ? 'done' : 'stopped';
    } catch (error) {
      this.state = 'stopped';
      if (!(error instanceof Stopping)) {
        this.failure = error;
        this.#observer.stopped(this.#place, error);
      }
    } finally {
      await this.#reader?.close().catch(() => undefined);
    }
  }

  #isDone(): boolean {
    return this.options.until !== undefined && this.next >= this.options.until;
  }

  /** Reads the checkpoint and seeks. A generation that was replaced gives way to the live one. */
  async #open(): Promise<void> {
    const { store, log } = this.#projector;
    await this.#reader?.close();
    this.#reader = undefined;
    const checkpoint = await this.#checkpoint();
    this.next = checkpoint.next;
    this.blocked = checkpoint.blocked;
    const reader = await log.openReader([this.position]);
    this.#reader = new LaneReader({
      projector: this.#projector,
      limits: this.options.limits,
      reader,
      blocked: this.blocked,
      until: this.options.until,
      rate: () => this.recordsPerSecond(),
      signal: this.#stop.signal,
    });
    this.state = 'running';
    this.options.onMoved(this);
    if (this.#stop.signal.aborted) throw new Stopping(store.view);
  }

  async #checkpoint(): Promise<LaneCheckpoint> {
    const { store } = this.#projector;
    const find = (all: readonly LaneCheckpoint[]): LaneCheckpoint =>
      all.find(({ lane }) => lane === this.lane) ?? { lane: this.lane, next: 0, blocked: [] };
    try {
      return find(await store.checkpoints(this.#generation));
    } catch (error) {
      if (!(error instanceof GenerationGoneError) || this.options.until !== undefined) throw error;
      const live = (await store.generations()).find((generation) => generation.live);
      if (live === undefined) throw error;
      this.#generation = live.generation;
      return find(await store.checkpoints(this.#generation));
    }
  }

  async #runFromCheckpoint(): Promise<'reopen' | 'ended'> {
    const reader = this.#reader;
    if (reader === undefined) return 'reopen';
    let ahead = guarded(this.#retrying(() => reader.next()));
    while (!this.#stop.signal.aborted && !this.#isDone()) {
      const prepared = await ahead;
      if (prepared === undefined || prepared.unreadable === undefined) {
        ahead = guarded(this.#retrying(() => reader.next()));
      }
      if (prepared === undefined) continue;
      if ((await this.#apply(prepared)) === 'reopen') {
        reader.wakeup();
        await ahead.catch(() => undefined);
        return 'reopen';
      }
      if (prepared.unreadable !== undefined) {
        const { error } = prepared.unreadable;
        throw new RecordUnreadableError(this.#place.view, this.position, error);
      }
    }
    reader.wakeup();
    await ahead.catch(() => undefined);
    return 'ended';
  }

  async #apply(prepared: Prepared<Change>): Promise<'applied' | 'reopen'> {
    this.oldestWaitingMs = prepared.firstAppendMs ?? this.oldestWaitingMs;
    if ((prepared.blocked?.length ?? 0) > this.options.limits.maxBlockedPerLane) {
      throw new TooManyBlockedError(
        this.#place.view,
        this.lane,
        this.options.limits.maxBlockedPerLane,
      );
    }
    if (prepared.next === this.next && prepared.changes.length === 0) return 'applied';
    await this.#retrying(() => this.#report(prepared));
    const outcome = await this.#retrying(() => this.#write(prepared));
    if (outcome === 'gone') return 'reopen';
    if (outcome.kind === 'conflict' && outcome.next !== prepared.next) {
      this.#observer.conflicted(this.#place, outcome.next);
      return 'reopen';
    }
    this.#moved(prepared);
    return 'applied';
  }

  async #write(prepared: Prepared<Change>) {
    try {
      return await this.#projector.store.apply({
        generation: this.#generation,
        lane: this.lane,
        expectedNext: this.next,
        next: prepared.next,
        changes: prepared.changes,
        ...(prepared.blocked === undefined ? {} : { blocked: prepared.blocked }),
      });
    } catch (error) {
      if (error instanceof GenerationGoneError) return 'gone';
      throw error;
    }
  }

  async #report(prepared: Prepared<Change>): Promise<void> {
    if (prepared.blockedNow.length === 0) return;
    const { log, clock, deadLetterTopic, projection } = this.#projector;
    const nowMs = clock.nowMs();
    const { view, lane } = this.#place;
    const letters = prepared.blockedNow.map(({ blocked }) =>
      deadLetterRecord(
        { ...blocked, view, topic: projection.topic, lane },
        { topic: deadLetterTopic, nowMs },
      ),
    );
    await log.append(letters);
  }

  #moved(prepared: Prepared<Change>): void {
    const { clock } = this.#projector;
    this.next = prepared.next;
    this.blocked = prepared.blocked ?? this.blocked;
    this.records += prepared.records;
    this.oldestWaitingMs = undefined;
    this.#rate.mark(prepared.records, clock.nowMs());
    const { records, changes } = prepared;
    this.#observer.applied(this.#place, { records, changes: changes.length });
    for (const { blocked, error } of prepared.blockedNow) {
      this.#observer.blocked(this.#place, blocked, error);
    }
    this.options.onMoved(this);
  }

  /** Asks again, after a jittered pause, as long as the failure is one that passes. */
  async #retrying<T>(ask: () => Promise<T>): Promise<T> {
    const { delays, random } = this.#projector;
    const { backoffMinMs: minMs, backoffMaxMs: maxMs } = this.options.limits;
    for (let attempt = 0; ; attempt += 1) {
      try {
        const answer = await ask();
        if (this.state === 'paused') this.state = 'running';
        return answer;
      } catch (error) {
        const passes = error instanceof CodedError && error.retryable;
        if (!passes) throw error;
        if (this.#stop.signal.aborted) throw new Stopping(this.#place.view);
        this.state = 'paused';
        const pauseMs = backoffMs(attempt, { minMs, maxMs }, random);
        this.#observer.paused(this.#place, error, pauseMs);
        await delays.delay(pauseMs, this.#stop.signal);
        if (this.#stop.signal.aborted) throw new Stopping(this.#place.view);
      }
    }
  }
}

/** Unwinds a loop that was told to stop; never leaves this file. */
class Stopping extends Error {}

/** Marks a rejection as seen: it is looked at when its turn comes. */
const guarded = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch(() => undefined);
  return promise;
};
