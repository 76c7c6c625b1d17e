import { at, fraudStory } from '@millrace/testkit';
import { nightlyBatch, type SettledPayment } from './nightly-batch';

const settled = (payments: ReturnType<typeof fraudStory>['payments']): SettledPayment[] =>
  payments.map(({ cardId, occurredAtMs, request: { country, amountMinor } }) => ({
    cardId,
    occurredAtMs,
    country,
    amountMinor,
  }));

describe('the nightly batch job', () => {
  it('finds the story 47 hours after its first payment, with all the money gone', () => {
    const startMs = at('2026-11-21T03:00:00Z');
    const { payments } = fraudStory({ cardId: 'card_a', startMs, seed: 7 });
    expect(nightlyBatch(settled(payments))).toEqual([
      {
        cardId: 'card_a',
        payments: 23,
        countries: 4,
        amountMinor: 1_240_000,
        firstPaymentMs: startMs,
        foundAtMs: startMs + 47 * 3_600_000,
      },
    ]);
  });

  const visits = (countries: readonly string[]): SettledPayment[] =>
    countries.map((country, index) => ({
      cardId: 'card_a',
      occurredAtMs: at('2026-11-21T10:00:00Z') + index,
      country,
      amountMinor: 100,
    }));

  it('wants five payments and three countries', () => {
    expect(nightlyBatch(visits(['BE', 'FR', 'DE', 'BE']))).toHaveLength(0);
    expect(nightlyBatch(visits(['BE', 'FR', 'FR', 'BE', 'BE']))).toHaveLength(0);
    expect(nightlyBatch(visits(['BE', 'FR', 'DE', 'BE', 'BE']))).toHaveLength(1);
  });

  it('does not look across midnight', () => {
    const payments = visits(['BE', 'FR', 'DE', 'BE', 'BE']).map((payment, index) => ({
      ...payment,
      occurredAtMs: at('2026-11-21T23:59:58Z') + index * 1_000,
    }));
    expect(nightlyBatch(payments)).toHaveLength(0);
  });
});
