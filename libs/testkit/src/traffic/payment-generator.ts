/**
 * An endless stream of honest payments in event-time order: people buy near their home by day,
 * travel now and then, and never are in three countries within six hours.
 */
import { type MinorUnits, minorUnits } from '@millrace/payments';
import { type Seed, SeededRandom } from '../random/seeded-random';
import type { GeneratedPayment } from './generated-payment';
import { places } from './places';
import { generatePopulation, type Habits, type Population, type Shop } from './population';

/** How payments are generated. */
export interface PaymentGeneratorOptions {
  readonly seed: Seed;
  /** Number of cards, > 0; ignored when a population is given. */
  readonly cards: number;
  /** Event time from which on payments are made. */
  readonly fromMs: number;
  /** Mean number of payments a second, > 0; arrivals are a Poisson process. */
  readonly ratePerSecond: number;
  /** Default: the population of this seed and number of cards. */
  readonly population?: Population;
  /** In front of payment ids. Default: made of `fromMs`, so that a later start makes other ids. */
  readonly idPrefix?: string;
}

/** Journeys begin and end on a grid of two days: six hours never touch more than two of its cells. */
const JOURNEY_MS = 2 * 86_400_000;
const AWAY_SHARE = 0.05;
const USUAL_SHARE = 0.8;

// Share of a card's payments in each hour of its day, night to night; the busiest hour is 1.
const dailyRhythm: readonly number[] = [
  0.05, 0.03, 0.02, 0.02, 0.03, 0.08, 0.2, 0.45, 0.6, 0.6, 0.7, 0.85, 1, 0.95, 0.75, 0.75, 0.85, 1,
  1, 0.85, 0.6, 0.4, 0.25, 0.12,
];

/**
 * Payments in event-time order, without end, made as they are asked for.
 *
 * Same options, same payments. Nothing in it ever meets `countries >= 3 && count >= 5` within 6 h:
 * a card is in one country at a time and changes it at most once in two days.
 */
export function* generatePayments(
  options: PaymentGeneratorOptions,
): Generator<GeneratedPayment, never, undefined> {
  const population = options.population ?? generatePopulation(options);
  const random = new SeededRandom(options.seed).split(`payments/${options.fromMs}`);
  const prefix = options.idPrefix ?? `pay_${options.fromMs.toString(36)}`;
  const pickCard = cardPicker(population.habits);
  const journeys = new SeededRandom(options.seed).split('journeys');
  let timeMs = options.fromMs;
  for (let number = 1; ; number++) {
    timeMs += random.exponential(1_000 / options.ratePerSecond);
    const occurredAtMs = Math.floor(timeMs);
    const habits = awakeCard(pickCard, random, occurredAtMs);
    const shop = chooseShop({ habits, population, random }, countryAt(habits, journeys, timeMs));
    const paymentId = `${prefix}_${number}`;
    yield paymentOf({ habits, shop, random }, paymentId, occurredAtMs);
  }
}

type CardPicker = (random: SeededRandom) => Habits;

/** Cards by their activity: cumulative weights and a binary search. */
const cardPicker = (habits: readonly Habits[]): CardPicker => {
  let sum = 0;
  const upTo = habits.map(({ activity }) => {
    sum += activity;
    return sum;
  });
  return (random) => {
    const wanted = random.next() * sum;
    let low = 0;
    let high = upTo.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((upTo[middle] ?? 0) <= wanted) low = middle + 1;
      else high = middle;
    }
    return habits[low] ?? random.pick(habits);
  };
};

/**
 * Somebody whose hour it is: the rhythm decides who pays, not how many. After 40 sleepers the next
 * one is woken, so that the rate stays as asked.
 */
const awakeCard = (pickCard: CardPicker, random: SeededRandom, atMs: number): Habits => {
  for (let attempt = 0; attempt < 40; attempt++) {
    const habits = pickCard(random);
    const hour = Math.floor(atMs / 3_600_000) + habits.home.utcOffsetHours - habits.rhythmHours;
    if (random.chance(dailyRhythm[((hour % 24) + 24) % 24] ?? 1)) return habits;
  }
  return pickCard(random);
};

const countryAt = (habits: Habits, journeys: SeededRandom, atMs: number): string => {
  const journey = journeys.split(`${habits.card.cardId}/${Math.floor(atMs / JOURNEY_MS)}`);
  return journey.chance(AWAY_SHARE) ? journey.pick(places).country : habits.home.country;
};

interface Choice {
  readonly habits: Habits;
  readonly population: Population;
  readonly random: SeededRandom;
}

/** At home mostly the usual shops, the favourite most of all. */
const chooseShop = ({ habits, population, random }: Choice, country: string): Shop => {
  const { usualShops, home } = habits;
  if (country === home.country && usualShops.length > 0 && random.chance(USUAL_SHARE)) {
    const rank = Math.floor(random.next() ** 2 * usualShops.length);
    return usualShops[rank] ?? random.pick(usualShops);
  }
  return random.pick(population.shopsByCountry.get(country) ?? population.shops);
};

interface Purchase {
  readonly habits: Habits;
  readonly shop: Shop;
  readonly random: SeededRandom;
}

const paymentOf = (
  { habits, shop, random }: Purchase,
  paymentId: string,
  occurredAtMs: number,
): GeneratedPayment => {
  const { merchant, place, trade } = shop;
  const euroCents = amountOf(trade.medianCents * habits.purse, trade.spread, random);
  const foreign = place.currency !== habits.card.currency;
  const amountMinor = foreign
    ? minorUnits(Math.max(1, Math.round(euroCents * place.minorPerEuroCent)))
    : euroCents;
  return {
    cardId: habits.card.cardId,
    paymentId,
    occurredAtMs,
    request: {
      paymentId,
      merchantId: merchant.merchantId,
      merchantName: merchant.name,
      mcc: merchant.mcc,
      country: merchant.country,
      terminalId: random.pick(merchant.terminalIds),
      amountMinor,
      currency: place.currency,
      ...(foreign ? { billingAmountMinor: euroCents } : {}),
      capture: 'immediate',
      channel: random.chance(0.7) ? 'contactless' : 'chip',
      occurredAt: occurredAtMs,
    },
  };
};

/** Log-normal, at least 1.00 and at most 900.00. */
const amountOf = (medianCents: number, spread: number, random: SeededRandom): MinorUnits =>
  minorUnits(
    Math.min(90_000, Math.max(100, Math.round(medianCents * Math.exp(random.normal() * spread)))),
  );
