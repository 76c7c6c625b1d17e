/**
 * Keeps a whole view up to date: the projectors of its parts as one thing that starts, stops,
 * tells how far it is, and is rebuilt. It has the shape of platform's `LaneConsumer`, so the log's
 * transport runs it.
 */
import type {
  ProjectorStatus,
  RebuildOptions,
  RebuildProgress,
  RebuildResult,
} from '@millrace/projections';
import type { ViewName } from '../view-parts';
import type { ViewHealth } from './view-health';

/** The projector of one part, whatever it reads and writes. */
export interface PartProjector {
  /** Name of the part. */
  readonly view: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  status(): Promise<ProjectorStatus>;
  whenCaughtUp(signal: AbortSignal): Promise<boolean>;
  rebuild(options?: RebuildOptions): Promise<RebuildResult>;
}

/** How far a view has come. */
export interface ViewStatus {
  readonly view: ViewName;
  /** Sum over the parts. */
  readonly lagRecords: number;
  /** The longest of the parts. */
  readonly lagSeconds: number;
  /** In the order of `viewParts`; `view` is the part's name. */
  readonly parts: readonly ProjectorStatus[];
}

/** How far the rebuild of a view has come: parts are rebuilt one after the other. */
export interface ViewRebuildProgress extends RebuildProgress {
  /** Number of the part that is being rebuilt, from 1. */
  readonly partNumber: number;
  readonly partCount: number;
}

/** What came of rebuilding one part. */
export interface PartRebuilt extends RebuildResult {
  readonly part: string;
}

/** How a view is rebuilt: as a part is, with the progress of the whole. */
export interface ViewRebuildOptions extends Omit<RebuildOptions, 'onProgress'> {
  readonly onProgress?: (progress: ViewRebuildProgress) => void;
}

/** What a view's projector is made of. */
export interface ViewProjectorParts {
  readonly view: ViewName;
  readonly projectors: readonly PartProjector[];
  readonly health: ViewHealth;
}

/** The projector of a view. */
export class ViewProjector {
  readonly view: ViewName;
  /** Name on the log's transport. */
  readonly pattern: string;
  readonly handledBy = 'consumer';
  readonly health: ViewHealth;
  readonly #projectors: readonly PartProjector[];

  constructor({ view, projectors, health }: ViewProjectorParts) {
    this.view = view;
    this.pattern = `view.${view}`;
    this.health = health;
    this.#projectors = projectors;
  }

  /** Joins the groups; resolves when all have joined. When one fails the others are stopped. */
  async start(): Promise<void> {
    try {
      for (const projector of this.#projectors) await projector.start();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Lets batches in flight finish, leaves the groups. Idempotent. */
  async stop(): Promise<void> {
    await Promise.all(this.#projectors.map((projector) => projector.stop()));
  }

  /** Measured against the log's end. */
  async status(): Promise<ViewStatus> {
    const parts = await Promise.all(this.#projectors.map((projector) => projector.status()));
    return {
      view: this.view,
      lagRecords: parts.reduce((sum, part) => sum + part.lagRecords, 0),
      lagSeconds: Math.max(0, ...parts.map((part) => part.lagSeconds)),
      parts,
    };
  }

  /**
   * Waits until every part has passed the end that the log has now.
   *
   * @returns false when the signal came first; a stopped lane never passes
   */
  async whenCaughtUp(signal: AbortSignal): Promise<boolean> {
    const all = await Promise.all(this.#projectors.map((part) => part.whenCaughtUp(signal)));
    return all.every((passed) => passed);
  }

  /**
   * Rebuilds one part after the other from the log, each beside the live one and swapped in when
   * it is complete. The projector has to be started and to hold all lanes.
   *
   * @returns one result for each part, in the order of `viewParts`
   * @throws RebuildNotPossibleError a rebuild runs, or lanes are elsewhere
   * @throws RebuildCancelledError the signal came; parts that were done stay rebuilt
   */
  async rebuild(options: ViewRebuildOptions = {}): Promise<readonly PartRebuilt[]> {
    const { onProgress, ...rest } = options;
    const partCount = this.#projectors.length;
    const results: PartRebuilt[] = [];
    for (const [index, projector] of this.#projectors.entries()) {
      const result = await projector.rebuild({
        ...rest,
        ...(onProgress === undefined
          ? {}
          : {
              onProgress: (progress) =>
                onProgress({ ...progress, partNumber: index + 1, partCount }),
            }),
      });
      this.health.restarted(projector.view);
      results.push({ part: projector.view, ...result });
    }
    return results;
  }
}
