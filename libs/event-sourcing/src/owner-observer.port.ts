/**
 * What an owner tells its operator. Called synchronously: be quick, do not throw.
 */

/** Hooks for metrics; `lane` is the partition number. */
export interface OwnerObserver {
  /** Commands that wait in the lane's queue, after each change by a batch or a submit. */
  queueLength(lane: number, commands: number): void;
  /** A transaction was committed. */
  committed(lane: number, batch: { readonly commands: number; readonly durationMs: number }): void;
  /** The lane serves; `durationMs` from the opening of the writer, `records` were read. */
  takenOver(
    lane: number,
    takeover: { readonly records: number; readonly durationMs: number },
  ): void;
  /** A takeover attempt failed; the lane is tried again later. */
  takeoverFailed(lane: number, error: unknown): void;
  /** A newer writer owns the lane. Often repeated: two deployments use one writer id. */
  fenced(lane: number): void;
  /** The outcome of a commit was doubtful and is being looked up. */
  outcomeUnknown(lane: number, error: unknown): void;
  /** Command results left memory by count, before their age: raise the limit. */
  resultsEvicted(lane: number, count: number): void;
}

/** Watches nothing. */
export const silentObserver: OwnerObserver = {
  queueLength: () => undefined,
  committed: () => undefined,
  takenOver: () => undefined,
  takeoverFailed: () => undefined,
  fenced: () => undefined,
  outcomeUnknown: () => undefined,
  resultsEvicted: () => undefined,
};
