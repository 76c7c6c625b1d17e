/**
 * The people and shops behind generated payments: cards with habits, merchants with terminals.
 */
import { type MinorUnits, minorUnits } from '@millrace/payments';
import { type Seed, SeededRandom } from '../random/seeded-random';
import { type Place, places } from './places';
import { type Trade, trades } from './trades';

/** A merchant with its terminals. */
export interface GeneratedMerchant {
  readonly merchantId: string;
  readonly name: string;
  readonly city: string;
  readonly country: string;
  readonly mcc: string;
  readonly terminalIds: readonly string[];
}

/** A card as it is opened. */
export interface GeneratedCard {
  readonly cardId: string;
  readonly currency: string;
  /** Per month. */
  readonly limitMinor: MinorUnits;
  /** Home country. */
  readonly country: string;
}

/** A merchant and where and how it sells. */
export interface Shop {
  readonly merchant: GeneratedMerchant;
  readonly place: Place;
  readonly trade: Trade;
}

/** A card and how it is used. */
export interface Habits {
  readonly card: GeneratedCard;
  readonly home: Place;
  /** Where this card is used four times out of five, the favourite first. */
  readonly usualShops: readonly Shop[];
  /** How often it is used compared with others; about 1. */
  readonly activity: number;
  /** Factor on what others pay. */
  readonly purse: number;
  /** Hours by which this card's day is shifted: early birds below 0. */
  readonly rhythmHours: number;
}

/** Everybody. */
export interface Population {
  readonly habits: readonly Habits[];
  readonly shops: readonly Shop[];
  readonly shopsByCountry: ReadonlyMap<string, readonly Shop[]>;
}

/** How large a population is. */
export interface PopulationOptions {
  readonly seed: Seed;
  /** Number of cards, > 0. */
  readonly cards: number;
  /** Merchants in each country. Default 40. */
  readonly merchantsPerCountry?: number;
  /** In front of ids: 'a' makes card_a1. Default none. */
  readonly idPrefix?: string;
}

/** The population of a seed: always the same. Cards are in EUR and named card_1, card_2, … */
export const generatePopulation = (options: PopulationOptions): Population => {
  const { seed, cards, merchantsPerCountry = 40, idPrefix = '' } = options;
  const random = new SeededRandom(seed);
  const shops = places.flatMap((place, index) =>
    shopsOf(place, { random: random.split(`shops/${place.country}`), merchantsPerCountry }).map(
      (shop) => shop(idPrefix, index * merchantsPerCountry),
    ),
  );
  const shopsByCountry = new Map(
    places.map(({ country }) => [country, shops.filter((shop) => shop.place.country === country)]),
  );
  const habits = Array.from({ length: cards }, (_, index) =>
    habitsOf(`card_${idPrefix}${index + 1}`, random.split(`card/${index}`), shopsByCountry),
  );
  return { habits, shops, shopsByCountry };
};

interface ShopOptions {
  readonly random: SeededRandom;
  readonly merchantsPerCountry: number;
}

const shopsOf = (place: Place, { random, merchantsPerCountry }: ShopOptions) =>
  Array.from({ length: merchantsPerCountry }, (_, index) => {
    // The first shops are one of each trade, so that every country sells everything.
    const trade = trades[index] ?? weighted(trades, random);
    const city = random.pick(place.cities);
    const name = `${random.pick(trade.names)} ${city}`;
    const terminals = random.int(1, 3);
    return (idPrefix: string, before: number): Shop => {
      const number = `${idPrefix}${before + index + 1}`;
      const terminalIds = Array.from({ length: terminals }, (_n, t) => `term_${number}_${t + 1}`);
      const { country } = place;
      const merchantId = `mer_${number}`;
      const merchant = { merchantId, name, city, country, mcc: trade.mcc, terminalIds };
      return { merchant, place, trade };
    };
  });

const habitsOf = (
  cardId: string,
  random: SeededRandom,
  shopsByCountry: ReadonlyMap<string, readonly Shop[]>,
): Habits => {
  const home = weighted(places, random);
  const shops = shopsByCountry.get(home.country) ?? [];
  const limitMinor = minorUnits(random.int(20, 100) * 10_000);
  return {
    card: { cardId, currency: 'EUR', limitMinor, country: home.country },
    home,
    usualShops: random.shuffle(shops).slice(0, random.int(5, 9)),
    activity: Math.exp(random.normal() * 0.5),
    purse: Math.exp(random.normal() * 0.3),
    rhythmHours: random.int(-2, 2),
  };
};

const weighted = <T extends { readonly share: number }>(
  items: readonly T[],
  random: SeededRandom,
): T => {
  let left = random.next() * items.reduce((sum, { share }) => sum + share, 0);
  for (const item of items) {
    left -= item.share;
    if (left < 0) return item;
  }
  return random.pick(items);
};
