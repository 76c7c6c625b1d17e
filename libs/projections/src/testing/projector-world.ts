/**
 * A world to try projectors in: a simulated log with the shelf's topics, a clock that every pause
 * moves, and an index that fails as planned.
 *
 * Faults of the index: down before an apply (nothing happened), down after it (the answer is lost).
 */
import { createSimulatedLog, type SimulatedLog } from '@millrace/event-log/testing';
import { InProcessSearchIndex } from '../in-process/in-process-search-index';
import { StoreUnavailableError } from '../projections.errors';
import { Projector } from '../projector/projector';
import {
  type ProjectorObserver,
  silentProjectorObserver,
} from '../projector/projector-observer.port';
import type { ProjectorLimits } from '../projector/projector-options';
import type { VersionedDocument } from '../search-index.port';
import type { ApplyOutcome, LaneBatch } from '../view-store.port';
import { contractIndex } from './search-index-contract';
import { type BookEvent, bookDocuments, declareShelf, shelfTopics } from './shelf-projection';

/** A change of a book. */
export const book = (
  sku: string,
  version: number,
  pages: number | string = version,
): BookEvent => ({
  sku,
  version,
  title: `title ${sku}`,
  pages,
});

/** What happens to the next apply. */
export type Fault = 'down-before' | 'down-after';

/** An index that fails as planned. */
export class FaultyIndex extends InProcessSearchIndex {
  faults: Fault[] = [];

  override async apply(batch: LaneBatch<VersionedDocument>): Promise<ApplyOutcome> {
    const fault = this.faults.shift();
    if (fault === 'down-before') throw new StoreUnavailableError(this.view);
    const outcome = await super.apply(batch);
    if (fault === 'down-after') throw new StoreUnavailableError(this.view);
    return outcome;
  }
}

/** A clock that pauses move. */
export interface MovedClock {
  nowMs(): number;
  advanceMs(byMs: number): void;
}

/** A log, a clock and an index. */
export interface World {
  readonly clock: MovedClock;
  readonly log: SimulatedLog;
  readonly index: FaultyIndex;
}

/** A fresh world. */
export const world = async (): Promise<World> => {
  const clock = movedClock(1_700_000_000_000);
  const log = createSimulatedLog({ seed: 1, clock });
  await declareShelf(log);
  return { clock, log, index: new FaultyIndex(contractIndex) };
};

/** A projector of the world's books into its index. */
export const documentsProjector = (
  { log, clock, index }: World,
  options: { limits?: Partial<ProjectorLimits>; observer?: Partial<ProjectorObserver> } = {},
) =>
  new Projector({
    log,
    clock,
    delays: { delay: async (ms) => clock.advanceMs(ms) },
    random: () => 0.5,
    projection: bookDocuments,
    store: index,
    deadLetterTopic: shelfTopics.deadLetters,
    ...(options.limits && { limits: options.limits }),
    observer: { ...silentProjectorObserver, ...options.observer },
  });

const movedClock = (startMs: number): MovedClock => {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    advanceMs: (byMs) => {
      nowMs += byMs;
    },
  };
};
