/**
 * The fetches that are under way to one broker: a long poll for all that is wanted of it, and beside
 * it a short one for what became wanted meanwhile (sought, resumed, polled). A broker answers the
 * requests of one connection one after the other, so each of the two has its own.
 */
import { pause } from '../cluster/retrying';
import { type FetchAnswer, fetchCall } from '../wire/fetch-call';
import type { FetchPool, ReadingCluster } from './reading-cluster.port';
import type { Slot } from './slot';

/** What a broker's fetches are made with, and who takes what comes of them. */
export interface LineSettings {
  readonly cluster: ReadingCluster;
  readonly rackId: string;
  /** Of long polls, and of those beside them. */
  readonly pools: { readonly long: FetchPool; readonly beside: FetchPool };
  readonly signal: AbortSignal;
  /** @returns whether anything came of it, be it an error: then the next fetch is sent at once */
  readonly onAnswer: (ask: Ask, answer: FetchAnswer) => boolean;
  readonly onFailure: (ask: Ask, error: unknown) => void;
  /** The broker is silent for longer than it should be. */
  readonly onOverdue: (ask: Ask) => void;
  /** A line is free again. */
  readonly onFree: () => void;
}

/** A fetch that is under way; it holds its slots unless they were sought. */
export interface Ask {
  readonly nodeId: number;
  readonly slots: readonly Slot[];
  readonly waitMs: number;
}

type Line = 'long' | 'beside';

/** While a long poll is under way what is freed waits for this long at most, ms. */
const SHORT_WAIT_MS = 20;
/** Over a slow line an answer may be too large for the time that it has: each failure halves it. */
const LEAST_FETCH_BYTES = 65_536;
/** A broker that is later than this with an answer is asked about elsewhere. */
const OVERDUE_MS = 1_000;

/** See the top of the file. */
export class BrokerLines {
  readonly #settings: LineSettings;
  #long: Ask | undefined;
  #beside: Ask | undefined;

  constructor(
    readonly nodeId: number,
    settings: LineSettings,
  ) {
    this.#settings = settings;
  }

  /** @param slots wanted and free, by urgency; they stay free while no line is */
  offer(slots: readonly Slot[]): void {
    if (this.#long === undefined) void this.#send('long', slots);
    else if (this.#long.waitMs > SHORT_WAIT_MS && this.#beside === undefined) {
      void this.#send('beside', slots);
    }
  }

  async #send(line: Line, slots: readonly Slot[]): Promise<void> {
    const { cluster, rackId, pools, onAnswer, onFailure, onFree } = this.#settings;
    const { fetchPartitionBytes, fetchBytes } = cluster.limits;
    const ask: Ask = { nodeId: this.nodeId, slots, waitMs: this.#waitMs(line, slots) };
    for (const slot of slots) slot.hold = ask;
    this.#set(line, ask);
    const sentMs = performance.now();
    const call = fetchCall({
      positions: slots.map(({ physical, fetchOffset }) => ({
        topic: physical.topic,
        partition: physical.partition,
        offset: fetchOffset,
        maxBytes: fetchPartitionBytes,
      })),
      maxWaitMs: ask.waitMs,
      minBytes: 1,
      maxBytes: Math.max(LEAST_FETCH_BYTES, Math.floor(fetchBytes / 2 ** failuresOf(slots))),
      // With a rack a leader gives nothing, but names the replica that is there.
      rackId: slots.some(({ leaderOnlyUntilMs }) => sentMs < leaderOnlyUntilMs) ? '' : rackId,
    });
    const overdue = setTimeout(() => this.#settings.onOverdue(ask), ask.waitMs + OVERDUE_MS);
    let answer: FetchAnswer | undefined;
    try {
      answer = await pools[line].send(this.nodeId, call);
    } catch (error) {
      onFailure(ask, error);
    } finally {
      clearTimeout(overdue);
    }
    if (answer !== undefined) {
      const came = onAnswer(ask, answer);
      const isEarly = performance.now() - sentMs < ask.waitMs / 2;
      if (!came && isEarly) await this.#rest(line, ask);
    }
    this.#set(line, undefined);
    onFree();
  }

  // A partition that waits on one line must not keep the other one from being long for ever: as
  // long as one is beside, the long one is short, and what then comes back goes into one request.
  #waitMs(line: Line, slots: readonly Slot[]): number {
    if (slots.some(({ isLookedAt }) => !isLookedAt)) return 0;
    const { fetchWaitMs } = this.#settings.cluster.limits;
    const isAlone = line === 'long' && this.#beside === undefined;
    return isAlone ? fetchWaitMs : Math.min(fetchWaitMs, SHORT_WAIT_MS);
  }

  // A broker may answer at once with nothing: for a position beyond the last stable offset that
  // lies in another segment of its log, for one.
  #rest(line: Line, ask: Ask): Promise<void> {
    this.#set(line, { ...ask, slots: [], waitMs: 0 });
    return pause(SHORT_WAIT_MS, this.#settings.signal);
  }

  #set(line: Line, ask: Ask | undefined): void {
    if (line === 'long') this.#long = ask;
    else this.#beside = ask;
  }
}

const failuresOf = (slots: readonly Slot[]): number =>
  slots.reduce((most, { failures }) => Math.max(most, failures), 0);
