/**
 * Rebuilds of this process: started by an operator, followed by asking. One per view at a time.
 */
import { type Clock, CodedError } from '@millrace/event-log';
import { CLOCK, ProblemError, SERVICE_LOG, type ServiceLog } from '@millrace/platform';
import type { PartRebuilt, ViewName, ViewRebuildProgress } from '@millrace/views';
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { instantText } from '../query/resource';
import { queryProblems } from '../query-api.errors';
import { VIEW_PROJECTORS, type ViewProjectors } from './view-access';
import type { RebuildResource } from './view-resource';

/** How many rebuilds are remembered, the newest. */
const KEPT_REBUILDS = 50;

interface Rebuild {
  resource: RebuildResource;
  ended: Promise<void>;
}

/** Starts rebuilds and remembers them until the process ends. */
@Injectable()
export class Rebuilds implements BeforeApplicationShutdown {
  readonly #rebuilds = new Map<string, Rebuild>();
  readonly #stop = new AbortController();
  #number = 0;

  constructor(
    @Inject(VIEW_PROJECTORS) private readonly projectors: ViewProjectors,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SERVICE_LOG) private readonly log: ServiceLog,
  ) {}

  /**
   * Starts a rebuild.
   *
   * @throws ProblemError VIEW_NOT_PROJECTED_HERE, VIEW_REBUILD_RUNNING (409)
   */
  start(view: ViewName, compare: boolean): RebuildResource {
    const projector = this.projectors.get(view);
    if (projector === undefined) {
      const detail = `no projector of view ${view} runs in this process`;
      throw new ProblemError(queryProblems.VIEW_NOT_PROJECTED_HERE, detail);
    }
    this.#refuseSecond(view);
    this.#number += 1;
    const startedAt = instantText(this.clock.nowMs());
    const resource: RebuildResource = {
      rebuildId: `${view}-${this.#number}`,
      view,
      state: 'running',
      compare,
      startedAt,
    };
    const rebuild: Rebuild = { resource, ended: Promise.resolve() };
    this.#rebuilds.set(resource.rebuildId, rebuild);
    for (const id of [...this.#rebuilds.keys()].slice(0, -KEPT_REBUILDS)) this.#rebuilds.delete(id);
    const onProgress = (progress: ViewRebuildProgress): void => {
      rebuild.resource = { ...rebuild.resource, progress: progressOf(progress) };
    };
    rebuild.ended = projector.rebuild({ compare, onProgress, signal: this.#stop.signal }).then(
      (parts) => this.#end(rebuild, { state: 'done', parts: parts.map(partOf) }),
      (error: unknown) => this.#fail(rebuild, error),
    );
    return resource;
  }

  /** @throws ProblemError VIEW_REBUILD_UNKNOWN (404) */
  get(view: ViewName, rebuildId: string): RebuildResource {
    const rebuild = this.#rebuilds.get(rebuildId);
    if (rebuild !== undefined && rebuild.resource.view === view) return rebuild.resource;
    const detail = `this process knows of no such rebuild of view ${view}`;
    throw new ProblemError(queryProblems.VIEW_REBUILD_UNKNOWN, detail);
  }

  /** Cancels what runs: the live generations stay as they are. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stop.abort();
    await Promise.all([...this.#rebuilds.values()].map(({ ended }) => ended));
  }

  #refuseSecond(view: ViewName): void {
    for (const { resource } of this.#rebuilds.values()) {
      if (resource.view !== view || resource.state !== 'running') continue;
      throw new ProblemError(
        queryProblems.VIEW_REBUILD_RUNNING,
        `rebuild ${resource.rebuildId} runs; wait for its end`,
        { headers: { location: rebuildPath(resource) } },
      );
    }
  }

  #end(rebuild: Rebuild, end: Pick<RebuildResource, 'state' | 'parts' | 'failure'>): void {
    const finishedAt = instantText(this.clock.nowMs());
    rebuild.resource = { ...rebuild.resource, ...end, finishedAt };
  }

  #fail(rebuild: Rebuild, err: unknown): void {
    const { rebuildId, view } = rebuild.resource;
    this.log.error('VIEW_REBUILD_FAILED', `rebuild ${rebuildId} failed`, { view, err });
    const failure =
      err instanceof CodedError
        ? { code: err.code, message: err.message }
        : { code: 'HTTP_INTERNAL', message: 'the rebuild failed; the log says why' };
    this.#end(rebuild, { state: 'failed', failure });
  }
}

/** Path of a rebuild. */
export const rebuildPath = ({ view, rebuildId }: RebuildResource): string =>
  `/v1/views/${view}/rebuilds/${rebuildId}`;

const progressOf = (progress: ViewRebuildProgress): RebuildResource['progress'] => {
  const { view: part, secondsLeft, ...rest } = progress;
  return { part, secondsLeft: secondsLeft ?? null, ...rest };
};

const partOf = ({ part, generation, total, tookMs, difference }: PartRebuilt) => ({
  part,
  generation,
  replayed: total,
  tookMs,
  ...(difference === undefined
    ? {}
    : { equalRows: difference.equalRows, differentRows: difference.differentRows }),
});
