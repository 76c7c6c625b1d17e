import { authorizePaymentRequest, isTransactableCurrency } from '@millrace/payments';
import { at, days, hours } from '../time/manual-clock';
import { commandOf, type GeneratedPayment, requestBodyOf } from './generated-payment';
import { generatePayments, type PaymentGeneratorOptions } from './payment-generator';
import { generatePopulation } from './population';

const options: PaymentGeneratorOptions = {
  seed: 42n,
  cards: 200,
  fromMs: at('2025-03-01T10:00:00Z'),
  ratePerSecond: 20,
};

const take = (count: number, more: Partial<PaymentGeneratorOptions> = {}) => {
  const generator = generatePayments({ ...options, ...more });
  return Array.from({ length: count }, () => generator.next().value);
};

const groupByCard = (payments: readonly GeneratedPayment[]) => {
  const byCard = new Map<string, GeneratedPayment[]>();
  for (const payment of payments) {
    const own = byCard.get(payment.cardId);
    if (own === undefined) byCard.set(payment.cardId, [payment]);
    else own.push(payment);
  }
  return byCard;
};

/** Keys of cards that meet the rule in some trailing window of six hours. */
const suspicious = (payments: readonly GeneratedPayment[]): readonly string[] => {
  const byCard = groupByCard(payments);
  return [...byCard].flatMap(([cardId, own]) => {
    let first = 0;
    return own.some(({ occurredAtMs }, last) => {
      while ((own[first]?.occurredAtMs ?? 0) <= occurredAtMs - hours(6)) first++;
      const window = own.slice(first, last + 1);
      const countries = new Set(window.map(({ request }) => request.country));
      return countries.size >= 3 && window.length >= 5;
    })
      ? [cardId]
      : [];
  });
};

describe('payment generator', () => {
  it('gives the same payments for the same options, others for another seed or start', () => {
    expect(take(500)).toEqual(take(500));
    const bodies = (list: readonly GeneratedPayment[]) => list.map(({ request }) => request);
    expect(bodies(take(5, { seed: 43 }))).not.toEqual(bodies(take(5)));
    const later = take(5, { fromMs: options.fromMs + 1 }).map(({ paymentId }) => paymentId);
    expect(take(5).some(({ paymentId }) => later.includes(paymentId))).toBe(false);
  });

  it('goes forward in event time at the rate asked for', () => {
    const payments = take(20_000);
    const times = payments.map(({ occurredAtMs }) => occurredAtMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(options.fromMs);
    const last = times.at(-1) ?? 0;
    const rate = 20_000 / ((last - options.fromMs) / 1_000);
    expect(rate).toBeGreaterThan(19);
    expect(rate).toBeLessThan(21);
  });

  it('makes requests that the schema takes, and commands that mean them', () => {
    for (const payment of take(2_000)) {
      const request = authorizePaymentRequest.parse(requestBodyOf(payment));
      expect(request).toEqual(payment.request);
      expect(commandOf(payment)).toMatchObject({
        paymentId: payment.paymentId,
        occurredAtMs: payment.occurredAtMs,
      });
      expect(isTransactableCurrency(request.currency)).toBe(true);
      expect(request.billingAmountMinor === undefined).toBe(request.currency === 'EUR');
    }
  });

  it('never meets the rule, over ten days as at thousands of payments a card and hour', () => {
    const spread = take(20_000, { cards: 20, ratePerSecond: 20_000 / (days(10) / 1_000) });
    expect(suspicious(spread)).toEqual([]);
    expect(suspicious(take(20_000, { cards: 20, ratePerSecond: 10 }))).toEqual([]);
    const moved = spread.map((payment, index) => ({
      ...payment,
      request: { ...payment.request, country: ['BE', 'FR', 'DE'][index % 3] ?? 'BE' },
    }));
    expect(suspicious(moved).length).toBeGreaterThan(15);
  });

  it('stays at home with about 95 of 100 payments', () => {
    const population = generatePopulation(options);
    const homes = new Map(population.habits.map(({ card }) => [card.cardId, card.country]));
    const payments = take(40_000, { population, ratePerSecond: 40_000 / (days(60) / 1_000) });
    const atHome = payments.filter(({ cardId, request }) => request.country === homes.get(cardId));
    expect(atHome.length / payments.length).toBeGreaterThan(0.93);
    expect(atHome.length / payments.length).toBeLessThan(0.98);
  });

  it('keeps the rate at night with those who are awake: Japan buys while Europe sleeps', () => {
    const population = generatePopulation({ ...options, cards: 1_000 });
    const isJapanese = ({ cardId }: GeneratedPayment) =>
      population.habits.find(({ card }) => card.cardId === cardId)?.card.country === 'JP';
    const shareAt = (time: string) =>
      take(4_000, { population, fromMs: at(time) }).filter(isJapanese).length / 4_000;
    expect(shareAt('2025-03-01T02:00:00Z')).toBeGreaterThan(5 * shareAt('2025-03-01T17:00:00Z'));
  });
});

describe('population', () => {
  it('is the same for a seed, and grows without changing who was there', () => {
    const small = generatePopulation({ seed: 1, cards: 10 });
    const large = generatePopulation({ seed: 1, cards: 20 });
    expect(large.habits.slice(0, 10)).toEqual(small.habits);
    expect(large.shops).toEqual(small.shops);
  });

  it('has merchants and terminals of one name each', () => {
    const { shops } = generatePopulation({ seed: 1, cards: 1, idPrefix: 'x' });
    const terminals = shops.flatMap(({ merchant }) => merchant.terminalIds);
    expect(new Set(terminals).size).toBe(terminals.length);
    expect(new Set(shops.map(({ merchant }) => merchant.merchantId)).size).toBe(shops.length);
    expect(shops.every(({ merchant }) => merchant.name.endsWith(merchant.city))).toBe(true);
  });
});
