/**
 * The faults that the simulated log injects, and which of them a run asks for.
 */

/** Rates are probabilities per chance; 0 switches a fault off. */
export interface SimulatedFaults {
  /** Every request and every answer waits 0 to this many turns of the scheduler. */
  readonly delayTurns: number;
  /** A commit or abort leaves an offset without a record, as Kafka's control records do. */
  readonly offsetGapRate: number;
  /** A commit ends in CommitOutcomeUnknownError: committed, aborted, or decided at takeover. */
  readonly commitUnknownRate: number;
  /** An append, poll, or open fails with LogUnavailableError (retryable): a leader moves. */
  readonly unavailableRate: number;
}

/** No faults: requests are answered at once, offsets have no gaps. */
export const calm: SimulatedFaults = {
  delayTurns: 0,
  offsetGapRate: 0,
  commitUnknownRate: 0,
  unavailableRate: 0,
};

/** All faults, each often enough to meet it in a run of some hundred requests. */
export const rough: SimulatedFaults = {
  delayTurns: 4,
  offsetGapRate: 0.3,
  commitUnknownRate: 0.05,
  unavailableRate: 0.03,
};

/** A fault for the next request of its kind, whatever the rates say. */
export type PlannedFault =
  /** The commit happened, its answer is lost. */
  | 'commit-unknown-committed'
  /** The commit did not happen, nor will it; its answer is lost. */
  | 'commit-unknown-aborted'
  /** The commit is still on its way: it happens, or not, when the next writer of the id opens. */
  | 'commit-unknown-late'
  | 'append-unavailable'
  | 'poll-unavailable'
  | 'open-unavailable';
