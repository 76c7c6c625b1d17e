import { type CardEvent, minorUnits, type PaymentVoided } from '@millrace/payments';
import type { RollupIncrement } from '@millrace/projections';
import { InProcessAnalyticsStore } from '@millrace/projections/testing';
import {
  at,
  authorized,
  captured,
  cardEventRecord,
  cardOpened,
  declined,
  disputed,
  readRecord,
  refunded,
} from '@millrace/testkit';
import { categoriesProjection, categoriesRollup } from './categories-rollup';

const noon = at('2018-04-05T12:00:00Z');

const increments = (...events: readonly CardEvent[]): readonly RollupIncrement[] =>
  events.flatMap((event, offset) => {
    const record = readRecord(cardEventRecord(event), { offset, timestampMs: 0 });
    const source = categoriesProjection.read(record);
    return source === undefined ? [] : categoriesProjection.map(source);
  });

const totals = async (...events: readonly CardEvent[]) => {
  const store = new InProcessAnalyticsStore(categoriesRollup);
  const changes = increments(...events);
  await store.apply({ generation: 1, lane: 0, expectedNext: 0, next: 99, changes });
  const { rows } = await store.query({
    fromMs: noon - 86_400_000,
    toMs: noon + 30 * 86_400_000,
    bucketMs: 3_600_000,
    groupBy: ['category', 'currency'],
    limit: 100,
  });
  return rows;
};

describe('category totals', () => {
  it('counts an authorization once, and as captured when it captures at once', async () => {
    const manual = authorized({ occurredAtMs: noon, amountMinor: 700 });
    const immediate = authorized({ occurredAtMs: noon, amountMinor: 300, capture: 'immediate' });
    const [row] = await totals(manual, immediate);
    expect(row?.dimensions).toEqual({ category: 'groceries', currency: 'EUR' });
    expect(row?.measures).toMatchObject({ payments: 2, amountMinor: 1_000, capturedMinor: 300 });
  });

  it('keeps declined payments apart from authorized ones', async () => {
    const [row] = await totals(declined({ occurredAtMs: noon, amountMinor: 900 }));
    expect(row?.measures).toMatchObject({
      payments: 0,
      amountMinor: 0,
      declinedPayments: 1,
      declinedMinor: 900,
    });
  });

  it('puts the last millisecond of an hour into it and the next one into the next', async () => {
    const rows = await totals(
      authorized({ occurredAtMs: noon - 1 }),
      authorized({ occurredAtMs: noon }),
      authorized({ occurredAtMs: noon + 3_599_999 }),
    );
    expect(rows.map((row) => [row.bucketStartMs, row.measures['payments']])).toEqual([
      [noon - 3_600_000, 1],
      [noon, 2],
    ]);
  });

  it('counts captures, refunds and disputes in the hour of their own event time', async () => {
    const payment = authorized({ occurredAtMs: noon, amountMinor: 500 });
    const later = { ...payment, occurredAtMs: noon + 3_600_000 };
    const rows = await totals(
      payment,
      captured(later, 400),
      refunded(later, 150),
      disputed(payment, noon + 7 * 86_400_000),
    );
    expect(rows).toHaveLength(3);
    expect(rows[0]?.measures).toMatchObject({ payments: 1, amountMinor: 500, capturedMinor: 0 });
    expect(rows[1]?.measures).toMatchObject({ capturedMinor: 400, refundedMinor: 150 });
    expect(rows[2]?.bucketStartMs).toBe(noon + 7 * 86_400_000);
    expect(rows[2]?.measures).toMatchObject({ disputedPayments: 1, disputedMinor: 500 });
  });

  it('never adds up two currencies', async () => {
    const rows = await totals(
      authorized({ occurredAtMs: noon, currency: 'EUR' }),
      authorized({ occurredAtMs: noon, currency: 'JPY', billingAmountMinor: 7 }),
    );
    expect(rows.map((row) => row.dimensions['currency'])).toEqual(['EUR', 'JPY']);
  });

  it('counts a payment of zero as a payment', async () => {
    const [row] = await totals(authorized({ occurredAtMs: noon, amountMinor: 0 }));
    expect(row?.measures).toMatchObject({ payments: 1, amountMinor: 0 });
  });

  it('takes an unknown MCC as other', async () => {
    const [row] = await totals(authorized({ occurredAtMs: noon, mcc: '0000' }));
    expect(row?.dimensions['category']).toBe('other');
  });

  it('says nothing about voids and about cards', () => {
    const { amountMinor: _, ...ids } = authorized().data;
    const voided: PaymentVoided = {
      type: 'payment.voided',
      occurredAtMs: noon,
      data: { ...ids, releasedMinor: minorUnits(1), billingReleasedMinor: minorUnits(1) },
    };
    expect(increments(cardOpened(), voided)).toEqual([]);
  });
});
