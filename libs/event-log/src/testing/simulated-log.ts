/**
 * The event log in memory, with faults and schedules from a seed.
 *
 * Faults it injects: offset gaps, delayed and reordered requests and answers, commits whose outcome
 * is unknown (committed, aborted, or decided at takeover), leaders that move, crashes and pauses of
 * a client at any step. Whoever uses the log must survive all of them. It never damages or loses
 * what was committed, and never breaks the order within a partition.
 */
import type { Clock } from '../clock.port';
import { DEFAULT_MAX_RECORD_BYTES } from '../record-rules';
import type { Position, TopicPartition } from '../topic';
import { SimulatedClient } from './simulated-client';
import { SimulatedCluster } from './simulated-cluster';
import { calm, type PlannedFault, type SimulatedFaults } from './simulated-faults';

/** Options of {@link createSimulatedLog}. */
export interface SimulatedLogOptions {
  /** Decides every schedule and every fault; the same seed repeats the run. Low 32 bits count. */
  readonly seed: number;
  /** Append times, and when waiting polls give up (see `tick`). */
  readonly clock: Clock;
  /** Default: none. `rough` has all. */
  readonly faults?: Partial<SimulatedFaults>;
  /** Largest record in bytes; default 1 MiB. */
  readonly maxRecordBytes?: number;
}

/** The log as its first client sees it, and the levers of the harness. */
export class SimulatedLog extends SimulatedClient {
  #clients = 0;

  /** Another process on the same log. */
  client(name = `client-${++this.#clients}`): SimulatedClient {
    return new SimulatedClient(this.cluster, name, this.incarnation);
  }

  /** Call after moving the clock: polls whose `maxWaitMs` is over answer empty. */
  tick(): void {
    this.cluster.tick();
  }

  /** The next request of that kind meets this fault. Several calls queue up. */
  plan(fault: PlannedFault): void {
    this.cluster.plan(fault);
  }

  /** Ends transactions that are open for at least this long and fences their writers. */
  expireTransactions(olderThanMs = 0): void {
    this.cluster.expireTransactions(olderThanMs);
  }

  /** Compacts a partition now, up to its last stable offset. */
  compact(at: TopicPartition): void {
    this.cluster.partition(at).compact();
  }

  /** Drops records before a position, as retention does. */
  trim(position: Position): void {
    this.cluster.partition(position).trim(position.offset);
  }
}

/**
 * A simulated log. It needs no timers: with plain awaits every request is answered; a poll with
 * nothing to read answers on the next append, on `wakeup`, or on `tick` once the clock has passed
 * its `maxWaitMs`.
 *
 * @returns the log as a first client sees it; `client()` gives further processes on it
 */
export const createSimulatedLog = (options: SimulatedLogOptions): SimulatedLog => {
  const faults = { ...calm, ...options.faults };
  const limit = options.maxRecordBytes ?? DEFAULT_MAX_RECORD_BYTES;
  const { clock, seed } = options;
  const cluster = new SimulatedCluster({ clock, faults, seed, maxRecordBytes: limit });
  return new SimulatedLog(cluster, 'main', `simulated-${seed}`);
};
