/**
 * Where generated payments happen: countries with their cities, money and clocks. Exchange rates
 * are fixed: generated amounts must be the same in every run.
 */

/** A country of the generated world. */
export interface Place {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly cities: readonly string[];
  /** ISO 4217. */
  readonly currency: string;
  /** Minor units of `currency` for one cent of a euro. */
  readonly minorPerEuroCent: number;
  /** Standard time, hours ahead of UTC. */
  readonly utcOffsetHours: number;
  /** How many of a hundred cards live here. */
  readonly share: number;
}

const euro = { currency: 'EUR', minorPerEuroCent: 1, utcOffsetHours: 1 };

/** The generated world; shares add up to 100. */
export const places: readonly Place[] = [
  { country: 'BE', cities: ['Ghent', 'Antwerp', 'Liège', 'Leuven'], ...euro, share: 40 },
  { country: 'NL', cities: ['Utrecht', 'Rotterdam', 'Breda'], ...euro, share: 14 },
  { country: 'FR', cities: ['Lille', 'Lyon', 'Nantes'], ...euro, share: 14 },
  { country: 'DE', cities: ['Köln', 'Leipzig', 'Bremen'], ...euro, share: 12 },
  { country: 'ES', cities: ['Valencia', 'Bilbao'], ...euro, share: 4 },
  { country: 'IT', cities: ['Turin', 'Bologna'], ...euro, share: 4 },
  {
    country: 'PT',
    cities: ['Porto', 'Braga'],
    ...euro,
    utcOffsetHours: 0,
    share: 3,
  },
  {
    country: 'GB',
    cities: ['Leeds', 'Bristol'],
    currency: 'GBP',
    minorPerEuroCent: 0.86,
    utcOffsetHours: 0,
    share: 3,
  },
  {
    country: 'PL',
    cities: ['Gdańsk', 'Poznań'],
    currency: 'PLN',
    minorPerEuroCent: 4.3,
    utcOffsetHours: 1,
    share: 3,
  },
  {
    country: 'CH',
    cities: ['Basel', 'Zürich'],
    currency: 'CHF',
    minorPerEuroCent: 0.95,
    utcOffsetHours: 1,
    share: 2,
  },
  {
    country: 'JP',
    cities: ['Osaka', 'Sapporo'],
    currency: 'JPY',
    minorPerEuroCent: 1.6,
    utcOffsetHours: 9,
    share: 1,
  },
];
