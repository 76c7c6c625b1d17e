/**
 * What a projector tells while it runs: for logs and counters. Must not throw.
 */
import type { BlockedSubject } from '../view-store.port';

/** Place of an observation. */
export interface ProjectorPlace {
  readonly view: string;
  readonly lane: number;
  readonly generation: number;
}

/** Every method is called once per happening, on the lane's own loop. */
export interface ProjectorObserver {
  /** A batch is in the store. `records` counts all that were read, `changes` what they came to. */
  applied(
    place: ProjectorPlace,
    batch: { readonly records: number; readonly changes: number },
  ): void;
  /** The checkpoint stood elsewhere: somebody else writes this lane, or it was applied before. */
  conflicted(place: ProjectorPlace, next: number): void;
  /** An event could not be applied; its aggregate waits. It is in the dead letters. */
  blocked(place: ProjectorPlace, blocked: BlockedSubject, error: unknown): void;
  /** The store or the log does not answer; asked again after `pauseMs`. */
  paused(place: ProjectorPlace, error: unknown, pauseMs: number): void;
  /** The lane has stopped and stays so until the projector is started again. */
  stopped(place: ProjectorPlace, error: unknown): void;
  /** The group position could not be published: lag tools see an old one. */
  unpublished(place: ProjectorPlace, error: unknown): void;
}

const nothing = (): void => undefined;

/** Observes nothing. */
export const silentProjectorObserver: ProjectorObserver = {
  applied: nothing,
  conflicted: nothing,
  blocked: nothing,
  paused: nothing,
  stopped: nothing,
  unpublished: nothing,
};
