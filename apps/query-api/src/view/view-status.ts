/**
 * How far each view is: asked of its projector when that runs in this process, else read from the
 * checkpoints in its stores and the end of the log.
 */
import { EVENT_LOG, type EventLog } from '@millrace/event-log';
import type { LaneCheckpoint, ProjectorStatus, ViewStore } from '@millrace/projections';
import { type ViewName, type ViewPart, viewNames, viewParts } from '@millrace/views';
import { Inject, Injectable } from '@nestjs/common';
import { PART_STORES, type PartStores, VIEW_PROJECTORS, type ViewProjectors } from './view-access';
import type { PartResource, ViewResource } from './view-resource';

/** Tells how far views are. */
@Injectable()
export class ViewStatuses {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(PART_STORES) private readonly stores: PartStores,
    @Inject(VIEW_PROJECTORS) private readonly projectors: ViewProjectors,
  ) {}

  /** In the order of `viewNames`. */
  async all(): Promise<readonly ViewResource[]> {
    return Promise.all(viewNames.map((view) => this.#view(view)));
  }

  async #view(view: ViewName): Promise<ViewResource> {
    const status = await this.projectors.get(view)?.status();
    const parts = await Promise.all(
      viewParts
        .filter((part) => part.view === view)
        .map((part) => {
          const found = status?.parts.find(({ view: name }) => name === part.part);
          return found === undefined ? this.#stored(part) : this.#projected(part, found);
        }),
    );
    return { view, ...lagOf(parts), parts };
  }

  async #projected({ part, topic }: ViewPart, status: ProjectorStatus): Promise<PartResource> {
    return {
      part,
      topic,
      generation: await liveGeneration(this.stores[part]),
      lagRecords: status.lagRecords,
      lagSeconds: status.lagSeconds,
      lanes: status.lanes.map(({ blocked, failure, ...lane }) => ({
        ...lane,
        blocked: [...blocked],
        ...(failure === undefined ? {} : { failure }),
      })),
    };
  }

  async #stored({ part, topic }: ViewPart): Promise<PartResource> {
    const store = this.stores[part];
    const generation = await liveGeneration(store);
    const checkpoints = await store.checkpoints(generation);
    const partitions = (await this.log.topics()).find(({ name }) => name === topic)?.partitions;
    const ends = await this.log.offsets(
      Array.from({ length: partitions ?? 0 }, (_, partition) => ({ topic, partition })),
    );
    const lanes = ends.map(({ partition, endOffset }) => {
      const { next, blocked } = checkpointOf(checkpoints, partition);
      return {
        lane: partition,
        state: 'elsewhere' as const,
        generation,
        position: next,
        end: endOffset,
        lagRecords: Math.max(0, endOffset - next),
        lagSeconds: null,
        recordsPerSecond: null,
        blocked: [...blocked],
      };
    });
    return { part, topic, generation, ...lagOf(lanes), lanes };
  }
}

const checkpointOf = (checkpoints: readonly LaneCheckpoint[], lane: number): LaneCheckpoint =>
  checkpoints.find((checkpoint) => checkpoint.lane === lane) ?? { lane, next: 0, blocked: [] };

const liveGeneration = async (store: ViewStore<never>): Promise<number> => {
  const live = (await store.generations()).find((generation) => generation.live);
  return live?.generation ?? 1;
};

interface Lag {
  readonly lagRecords: number;
  readonly lagSeconds: number | null;
}

const lagOf = (all: readonly Lag[]): Lag => ({
  lagRecords: all.reduce((sum, { lagRecords }) => sum + lagRecords, 0),
  lagSeconds: all.reduce<number | null>(
    (longest, { lagSeconds }) =>
      longest === null || lagSeconds === null ? null : Math.max(longest, lagSeconds),
    0,
  ),
});
