/**
 * The story: 23 small payments with a stolen card, 4 countries, 6 hours, 12,400.00 EUR.
 *
 * One try in Belgium; twenty minutes later a burst of five payments in three countries within four
 * minutes, most of the money still to come; then seventeen more over the rest of the six hours.
 */
import { type MinorUnits, minorUnits } from '@millrace/payments';
import { type Seed, SeededRandom } from '../random/seeded-random';
import type { GeneratedPayment } from './generated-payment';
import type { GeneratedCard, GeneratedMerchant } from './population';

/** Whose card it is, and when it begins. */
export interface FraudStoryOptions {
  readonly cardId: string;
  /** Event time of the first payment. */
  readonly startMs: number;
  readonly seed: Seed;
}

/** The story and its cast. */
export interface FraudStory {
  /** EUR, home BE, with a limit that never stands in the way. */
  readonly card: GeneratedCard;
  readonly merchants: readonly GeneratedMerchant[];
  /** 23, in event-time order, within [startMs, startMs + 6 h). */
  readonly payments: readonly GeneratedPayment[];
  /** 1,240,000: the sum of all payments in cents. */
  readonly totalMinor: MinorUnits;
}

const TOTAL_CENTS = 1_240_000;
const MINUTE = 60_000;
const STORY_MS = 360 * MINUTE;
const BURST_AT_MS = 20 * MINUTE;

type StoryCountry = 'BE' | 'FR' | 'DE' | 'NL';

// The third country comes with the fifth payment of the burst, so that windows of five minutes and
// of six hours cross `countries >= 3 && count >= 5` at the same payment.
const burstCountries: readonly StoryCountry[] = ['BE', 'FR', 'FR', 'BE', 'DE'];
const burstSeconds: readonly number[] = [0, 45, 95, 160, 215];
const restCountries: readonly StoryCountry[] = [
  'NL',
  'DE',
  'FR',
  'BE',
  'NL',
  'DE',
  'FR',
  'NL',
  'NL',
  'DE',
  'BE',
  'FR',
  'NL',
  'DE',
  'DE',
  'NL',
  'BE',
];

const cast: Readonly<Record<StoryCountry, readonly GeneratedMerchant[]>> = {
  BE: [
    shop('BE', 1, { city: 'Brussels', name: 'Midi Phone Shop Brussels', mcc: '4812' }),
    shop('BE', 2, { city: 'Brussels', name: 'Voltage Electronics Brussels', mcc: '5732' }),
  ],
  FR: [
    shop('FR', 1, { city: 'Paris', name: 'Maison Or Paris', mcc: '5944' }),
    shop('FR', 2, { city: 'Paris', name: 'Galerie du Son Paris', mcc: '5732' }),
  ],
  DE: [
    shop('DE', 1, { city: 'Aachen', name: 'Technikhaus Aachen', mcc: '5732' }),
    shop('DE', 2, { city: 'Köln', name: 'Domuhren Köln', mcc: '5944' }),
  ],
  NL: [
    shop('NL', 1, { city: 'Maastricht', name: 'Pixel House Maastricht', mcc: '5946' }),
    shop('NL', 2, { city: 'Eindhoven', name: 'Gift Card Corner Eindhoven', mcc: '5947' }),
  ],
};

/** The story of a card. Same options, same story; the amounts always add up to 12,400.00 EUR. */
export const fraudStory = ({ cardId, startMs, seed }: FraudStoryOptions): FraudStory => {
  const random = new SeededRandom(seed).split(`story/${cardId}`);
  const early = opening(random);
  const earlyCents = early.reduce((sum, { cents }) => sum + cents, 0);
  const scenes = [...early, ...rest(random, TOTAL_CENTS - earlyCents)];
  const payments = scenes.map(({ afterMs, country, cents }, index) => {
    const merchant = random.pick(cast[country]);
    const paymentId = `pay_story_${startMs.toString(36)}_${index + 1}`;
    const occurredAtMs = startMs + afterMs;
    return {
      cardId,
      paymentId,
      occurredAtMs,
      request: {
        paymentId,
        merchantId: merchant.merchantId,
        merchantName: merchant.name,
        mcc: merchant.mcc,
        country,
        terminalId: random.pick(merchant.terminalIds),
        amountMinor: minorUnits(cents),
        currency: 'EUR',
        capture: 'immediate' as const,
        channel: 'chip',
        occurredAt: occurredAtMs,
      },
    };
  });
  return {
    card: { cardId, currency: 'EUR', limitMinor: minorUnits(2_500_000), country: 'BE' },
    merchants: Object.values(cast).flat(),
    payments,
    totalMinor: minorUnits(TOTAL_CENTS),
  };
};

interface Scene {
  readonly afterMs: number;
  readonly country: StoryCountry;
  readonly cents: number;
}

const opening = (random: SeededRandom): readonly Scene[] => [
  { afterMs: 0, country: 'BE', cents: 990 },
  ...burstCountries.map((country, index) => ({
    afterMs: BURST_AT_MS + (burstSeconds[index] ?? 0) * 1_000 + random.int(0, 10_000),
    country,
    cents: random.int(4_000, 14_000),
  })),
];

/** One payment in each of seventeen equal stretches of the time that is left. */
const rest = (random: SeededRandom, totalCents: number): readonly Scene[] => {
  const fromMs = BURST_AT_MS + 10 * MINUTE;
  const stretchMs = Math.floor((STORY_MS - fromMs) / restCountries.length);
  const weights = restCountries.map(() => 0.7 + 0.6 * random.next());
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let leftCents = totalCents;
  let leftWeight = total;
  return restCountries.map((country, index) => {
    const weight = weights[index] ?? leftWeight;
    const last = index === restCountries.length - 1;
    const cents = last ? leftCents : Math.round((leftCents * weight) / leftWeight);
    leftCents -= cents;
    leftWeight -= weight;
    return { afterMs: fromMs + index * stretchMs + random.int(0, stretchMs - 1), country, cents };
  });
};

function shop(
  country: StoryCountry,
  number: number,
  about: { readonly city: string; readonly name: string; readonly mcc: string },
): GeneratedMerchant {
  const merchantId = `mer_story_${country}_${number}`;
  return { merchantId, country, ...about, terminalIds: [`term_story_${country}_${number}`] };
}
