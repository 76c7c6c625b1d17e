import {
  authorizePaymentRequest,
  cardAggregate,
  isCardStateRow,
  openCardCommand,
} from '@millrace/payments';
import { AggregateRun } from '../decider/aggregate-run';
import { at, hours, minutes } from '../time/manual-clock';
import { fraudStory } from './fraud-story';
import { commandOf, requestBodyOf } from './generated-payment';

const startMs = at('2025-03-31T21:13:37.123Z');
const seeds = Array.from({ length: 200 }, (_, seed) => seed);
const storyOf = (seed: number) => fraudStory({ cardId: 'card_story', startMs, seed });

describe('the story', () => {
  it.each(seeds)('of seed %d is 23 payments, 4 countries, 6 hours, 12,400.00 EUR', (seed) => {
    const { payments, totalMinor } = storyOf(seed);
    const amounts = payments.map(({ request }) => request.amountMinor);
    expect(payments).toHaveLength(23);
    expect(new Set(payments.map(({ request }) => request.country)).size).toBe(4);
    expect(amounts.reduce((sum, amount) => sum + amount, 0)).toBe(1_240_000);
    expect(totalMinor).toBe(1_240_000);
    expect(Math.min(...amounts)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...amounts)).toBeLessThan(120_000);
    const times = payments.map(({ occurredAtMs }) => occurredAtMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBe(startMs);
    expect((times.at(-1) ?? 0) - startMs).toBeGreaterThan(hours(5.5));
    expect((times.at(-1) ?? 0) - startMs).toBeLessThan(hours(6));
    expect(new Set(payments.map(({ paymentId }) => paymentId)).size).toBe(23);
  });

  it.each(seeds)('of seed %d has its burst early, with most of the money still to come', (seed) => {
    const { payments } = storyOf(seed);
    const burst = payments.slice(1, 6);
    const [first, last] = [burst[0], burst[4]].map((payment) => payment?.occurredAtMs ?? 0);
    expect((last ?? 0) - (first ?? 0)).toBeLessThan(minutes(4));
    expect((last ?? 0) - startMs).toBeLessThan(minutes(30));
    expect(new Set(burst.map(({ request }) => request.country)).size).toBe(3);
    // Nothing crosses the rule before the fifth payment of the burst, in any window.
    expect(new Set(payments.slice(0, 5).map(({ request }) => request.country)).size).toBe(2);
    const lost = payments.slice(0, 6).reduce((sum, { request }) => sum + request.amountMinor, 0);
    expect(lost).toBeLessThan(1_240_000 * 0.1);
  });

  it('is taken by the schema and never declined by the limit', () => {
    const { card, payments } = storyOf(42);
    const run = new AggregateRun(cardAggregate, card.cardId);
    run.run(openCardCommand(card), startMs);
    for (const payment of payments) {
      expect(authorizePaymentRequest.parse(requestBodyOf(payment))).toEqual(payment.request);
      const decision = run.run(commandOf(payment), payment.occurredAtMs);
      expect(decision).toMatchObject({ events: [{ type: 'payment.authorized' }] });
    }
    expect([...run.rows.values()].every(isCardStateRow)).toBe(true);
  });

  it('is the same for the same options, with merchants for every payment', () => {
    expect(storyOf(1)).toEqual(storyOf(1));
    expect(storyOf(1).payments).not.toEqual(storyOf(2).payments);
    const { merchants, payments } = storyOf(1);
    const ids = merchants.map(({ merchantId }) => merchantId);
    expect(payments.every(({ request }) => ids.includes(request.merchantId))).toBe(true);
  });
});
