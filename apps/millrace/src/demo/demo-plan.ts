/**
 * The cast and the times of the demo: who pays, when the story begins, and where a data folder
 * that was used before goes on.
 */
import type { EpochMs } from '@millrace/event-log';
import {
  type FraudStory,
  fraudStory,
  type GeneratedCard,
  type GeneratedMerchant,
  generatePopulation,
  type Population,
} from '@millrace/testkit';

/** The card that is misused. */
export const STORY_CARD = 'card_story';
/** Length of the story. */
export const STORY_MS = 6 * 3_600_000;
/** Ordinary payments begin this long before the story. */
const PRELUDE_MS = 10 * 60_000;
const CARDS = 600;
const DAY_MS = 86_400_000;
/** The story begins at 03:00 UTC. */
const STORY_HOUR_MS = 3 * 3_600_000;

/** Who and when. */
export interface DemoPlan {
  readonly population: Population;
  readonly story: FraudStory;
  /** First instant of the demo: cards are opened then. */
  readonly beginMs: EpochMs;
  readonly storyEndMs: EpochMs;
  readonly seed: number;
}

/** What a plan is made from. */
export interface DemoPlanOptions {
  readonly seed: number;
  /** When the misused card was opened, if the data folder knows it already. */
  readonly openedAtMs: EpochMs | undefined;
  /** Where the clock stands: the first instant of a new folder, or the last one of a used one. */
  readonly nowMs: EpochMs;
}

/** Plans the demo; the same folder always gets the same story. */
export const demoPlan = (options: DemoPlanOptions): DemoPlan => {
  const beginMs = options.openedAtMs ?? options.nowMs;
  const startMs = beginMs + PRELUDE_MS;
  return {
    population: generatePopulation({ seed: options.seed, cards: CARDS }),
    story: fraudStory({ cardId: STORY_CARD, startMs, seed: options.seed }),
    beginMs,
    storyEndMs: startMs + STORY_MS,
    seed: options.seed,
  };
};

/**
 * First instant of a new folder's demo: shortly before the newest 03:00 UTC after which six hours
 * have passed, so that the story is over when it has been told.
 */
export const firstInstant = (wallMs: EpochMs): EpochMs =>
  Math.floor((wallMs - STORY_HOUR_MS - STORY_MS) / DAY_MS) * DAY_MS + STORY_HOUR_MS - PRELUDE_MS;

/** Everybody's cards. */
export const demoCards = (plan: DemoPlan): readonly GeneratedCard[] => [
  ...plan.population.habits.map(({ card }) => card),
  plan.story.card,
];

/** Everybody's shops. */
export const demoMerchants = (plan: DemoPlan): readonly GeneratedMerchant[] => [
  ...plan.population.shops.map(({ merchant }) => merchant),
  ...plan.story.merchants,
];
