/**
 * Bounds of the write side, each with its unit.
 */

/** Limits of an owner; see `defaultOwnerLimits`. */
export interface OwnerLimits {
  /** Commands that may wait per lane. */
  readonly queueCommands: number;
  /** Commands decided together in one transaction. */
  readonly batchCommands: number;
  /** Command ids remembered per lane. */
  readonly resultIds: number;
  /** Age up to which a command's result is replayed, in ms. */
  readonly resultAgeMs: number;
  /** Takeover attempts in a row before the lane is left until the next tick. */
  readonly takeoverAttempts: number;
  /** Attempts to commit one command, when each is known to have had no effect. */
  readonly commandAttempts: number;
  /** A takeover that reads nothing for so long fails, in ms. */
  readonly noProgressMs: number;
  /** Rows that one sweep takes per lane. */
  readonly sweepRows: number;
  /** How often due rows are looked for, in ms. */
  readonly sweepEveryMs: number;
  /** Pause before a lane that was lost or failed is tried again, in ms. */
  readonly retakeAfterMs: number;
}

/** The defaults. */
export const defaultOwnerLimits: OwnerLimits = {
  queueCommands: 10_000,
  batchCommands: 1_000,
  resultIds: 500_000,
  resultAgeMs: 86_400_000,
  takeoverAttempts: 3,
  commandAttempts: 3,
  noProgressMs: 30_000,
  sweepRows: 1_000,
  sweepEveryMs: 1_000,
  retakeAfterMs: 5_000,
};
