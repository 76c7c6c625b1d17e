import type { JsonObject } from '@millrace/projections';
import { at } from '@millrace/testkit';
import { KEPT_PAYMENTS } from './cards-projection';
import { liveCard } from './live-card';

const noon = at('2018-04-05T12:30:00Z');
const hourStart = at('2018-04-05T12:00:00Z');

const row = { version: 9, value: { cardId: 'card_1', limitMinor: 1_000 } };

const payment = (occurredAtMs: number, given: JsonObject = {}): JsonObject => ({
  paymentId: `pay_${occurredAtMs}`,
  occurredAtMs,
  status: 'captured',
  billingAmountMinor: 100,
  ...given,
});

const live = (payments: readonly JsonObject[], alerts: readonly JsonObject[] = []) =>
  liveCard({ row, payments, alerts, counters: {} });

describe('live card', () => {
  it('has counters of its whole life alone before its first payment', () => {
    const view = liveCard({ row, payments: [], alerts: [], counters: { payments: 3 } });
    expect(view?.counters).toEqual({
      total: { payments: 3, amountMinor: 0, declinedPayments: 0, declinedMinor: 0 },
    });
    expect(view?.version).toBe(9);
  });

  it('counts the hour and the day of its newest payment', () => {
    const view = live([
      payment(noon),
      payment(hourStart, { status: 'declined', billingAmountMinor: 30 }),
      payment(hourStart - 1),
      payment(at('2018-04-04T23:59:59.999Z')),
    ]);
    expect(view?.counters.hour).toEqual({
      fromMs: hourStart,
      toMs: hourStart + 3_600_000,
      complete: true,
      payments: 1,
      amountMinor: 100,
      declinedPayments: 1,
      declinedMinor: 30,
    });
    expect(view?.counters.day).toMatchObject({
      fromMs: at('2018-04-05T00:00:00Z'),
      payments: 2,
      declinedPayments: 1,
    });
  });

  it.each([
    [KEPT_PAYMENTS - 1, true],
    [KEPT_PAYMENTS, false],
  ])('with %i payments within the hour: complete is %s', (count, complete) => {
    const payments = Array.from({ length: count }, (_, i) => payment(noon - i));
    expect(live(payments)?.counters.hour).toMatchObject({ payments: count, complete });
  });

  it('is complete when the oldest payment that is kept lies before the span', () => {
    const payments = Array.from({ length: KEPT_PAYMENTS }, (_, i) => payment(noon - i * 3_600_000));
    expect(live(payments)?.counters.hour).toMatchObject({ payments: 1, complete: true });
  });

  it('shows the newest 20 payments', () => {
    const payments = Array.from({ length: 21 }, (_, i) => payment(noon - i));
    expect(live(payments)?.payments).toHaveLength(20);
  });

  it('takes the worst of its alerts as its risk', () => {
    const alert = (severity: string): JsonObject => ({ alertId: severity, severity });
    expect(live([])?.risk).toEqual({ level: 'none', alerts: [] });
    expect(live([], [alert('low'), alert('critical'), alert('high')])?.risk.level).toBe('critical');
  });

  it('is not there when the row is no card', () => {
    const other = { version: 1, value: { paymentId: 'pay_1' } };
    expect(liveCard({ row: other, payments: [], alerts: [], counters: {} })).toBeUndefined();
  });
});
