/**
 * Time as an argument: whoever needs the present asks a clock that was handed in.
 */

/** Milliseconds since 1970-01-01T00:00Z; a safe integer, may be negative for times before 1970. */
export type EpochMs = number;

/** The present. Adapters: the system's clock (platform), a clock moved by hand (testkit), a demo's. */
export interface Clock {
  /** The present time; never falls within one process. */
  nowMs(): EpochMs;
}
