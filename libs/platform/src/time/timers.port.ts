/**
 * Waiting as an argument: whoever repeats or delays something is handed the timers to do it with.
 */

/** Ends a schedule. Idempotent; a run that has begun is not interrupted. */
export type CancelSchedule = () => void;

/** Timers of the process. */
export interface Timers {
  /**
   * Runs `task` every `everyMs`, first after `everyMs`; the next wait begins when the run has
   * ended, so runs never overlap. A failing run goes to `onError` and the schedule continues.
   */
  schedule(everyMs: number, task: () => Promise<void> | void, onError: ErrorSink): CancelSchedule;
  /** Resolves after `ms`, or at once when `signal` aborts. Never rejects. */
  delay(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Takes what a scheduled run threw. */
export type ErrorSink = (error: unknown) => void;

/** Nest token of the timers. */
export const TIMERS = Symbol('Timers');
