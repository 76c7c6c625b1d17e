/**
 * What generated merchants sell: their MCC, their names, and what people pay there.
 */

/** A kind of merchant. */
export interface Trade {
  /** ISO 18245. */
  readonly mcc: string;
  /** Names; the city follows. */
  readonly names: readonly string[];
  /** Median payment in cents of a euro. */
  readonly medianCents: number;
  /** Spread of the payments: standard deviation of their logarithm. */
  readonly spread: number;
  /** How many of a hundred merchants are of this kind. */
  readonly share: number;
}

/** The trades; shares add up to 100. */
export const trades: readonly Trade[] = [
  {
    mcc: '5411',
    names: ['Corner Market', 'Fresh Basket', 'Green Grocer'],
    medianCents: 2_800,
    spread: 0.6,
    share: 26,
  },
  {
    mcc: '5812',
    names: ['Blue Door Bistro', 'Old Mill Restaurant', 'Harbour Kitchen'],
    medianCents: 3_600,
    spread: 0.5,
    share: 15,
  },
  {
    mcc: '5814',
    names: ['Quick Bite', 'Noodle Bar', 'Frituur'],
    medianCents: 1_150,
    spread: 0.4,
    share: 12,
  },
  {
    mcc: '5541',
    names: ['Ring Road Fuel', 'North Station'],
    medianCents: 5_400,
    spread: 0.35,
    share: 10,
  },
  {
    mcc: '4111',
    names: ['City Transit', 'Regional Rail'],
    medianCents: 480,
    spread: 0.5,
    share: 9,
  },
  { mcc: '5912', names: ['Lion Pharmacy', 'Apotheek'], medianCents: 1_700, spread: 0.6, share: 7 },
  {
    mcc: '5651',
    names: ['Linen and Wool', 'Second Season'],
    medianCents: 4_900,
    spread: 0.6,
    share: 7,
  },
  {
    mcc: '5732',
    names: ['Voltage Electronics', 'Pixel House'],
    medianCents: 11_900,
    spread: 0.8,
    share: 4,
  },
  { mcc: '5942', names: ['Paper Lantern Books'], medianCents: 2_100, spread: 0.5, share: 4 },
  { mcc: '7011', names: ['Hotel Belfry', 'Canal Inn'], medianCents: 12_500, spread: 0.4, share: 3 },
  { mcc: '5200', names: ['Hammer and Nail'], medianCents: 3_900, spread: 0.7, share: 3 },
];
