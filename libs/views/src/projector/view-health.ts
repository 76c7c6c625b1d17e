/**
 * Whether a view's lanes run, kept from what its projectors tell; answers at once.
 */
import type { ProjectorObserver, ProjectorPlace } from '@millrace/projections';

/** State of a view's lanes. */
export interface ViewHealthState {
  /** False when a lane has stopped: the view stands still there until the process is restarted. */
  readonly ok: boolean;
  /** What is wrong, by lane; undefined when nothing is. */
  readonly detail?: string;
}

/**
 * Health of a view. A paused lane is degraded, not dead: its store does not answer, it asks again.
 */
export class ViewHealth {
  readonly #troubles = new Map<string, { readonly stopped: boolean; readonly text: string }>();

  /** An observer that keeps this health and passes everything on. */
  observing(observer: ProjectorObserver): ProjectorObserver {
    return {
      applied: (place, batch) => {
        this.#troubles.delete(laneOf(place));
        observer.applied(place, batch);
      },
      conflicted: (place, next) => observer.conflicted(place, next),
      blocked: (place, blocked, error) => observer.blocked(place, blocked, error),
      paused: (place, error, pauseMs) => {
        const text = `${laneOf(place)} waits for its store`;
        this.#troubles.set(laneOf(place), { stopped: false, text });
        observer.paused(place, error, pauseMs);
      },
      stopped: (place, error) => {
        const text = `${laneOf(place)} has stopped`;
        this.#troubles.set(laneOf(place), { stopped: true, text });
        observer.stopped(place, error);
      },
      unpublished: (place, error) => observer.unpublished(place, error),
    };
  }

  /** The lanes of a part were started anew. */
  restarted(part: string): void {
    for (const lane of this.#troubles.keys()) {
      if (lane.startsWith(`${part} lane `)) this.#troubles.delete(lane);
    }
  }

  /** The state now. */
  state(): ViewHealthState {
    const troubles = [...this.#troubles.values()];
    if (troubles.length === 0) return { ok: true };
    const detail = troubles.map(({ text }) => text).join(', ');
    return { ok: !troubles.some(({ stopped }) => stopped), detail };
  }
}

const laneOf = ({ view, lane }: ProjectorPlace): string => `${view} lane ${lane}`;
