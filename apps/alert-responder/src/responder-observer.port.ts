/**
 * What the responder tells about its work.
 */

/** How an alert ended. `code` is set when the owner refused. */
export type AlertEnd =
  | 'blocked'
  | 'refused'
  | 'given-up'
  | 'updated'
  | 'imported'
  | 'action'
  | 'no-card';

/** One alert that is done with. */
export interface AlertDone {
  readonly lane: number;
  readonly alertId: string;
  readonly end: AlertEnd;
  readonly code?: string;
  /** From the alert's append to the answer, ms; only for alerts that asked for a block. */
  readonly tookMs?: number;
}

/** Told synchronously. */
export interface ResponderObserver {
  done(alert: AlertDone): void;
  /** An attempt had no answer; another one follows. `attempt` counts from 1. */
  retried(
    alert: { readonly lane: number; readonly alertId: string },
    attempt: number,
    error: unknown,
  ): void;
  /** Alerts between the position and the end of the lane. */
  lag(lane: number, records: number): void;
  /** The lane cannot go on (`failed`), or begins anew after an error that may pass. */
  troubled(lane: number, trouble: 'restarts' | 'failed', error: unknown): void;
}
