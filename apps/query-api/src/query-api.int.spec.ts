import type { RecordToAppend } from '@millrace/event-log';
import { partitionFor } from '@millrace/event-log';
import { type Alert, alertHeaders } from '@millrace/fraud';
import { type CardCommand, cardAggregate } from '@millrace/payments';
import {
  AggregateRun,
  at,
  authorize,
  blockCard,
  cardEventRecord,
  dispute,
  ManualClock,
  openCard,
} from '@millrace/testkit';
import { foundAlert, foundAlerts } from './alert/alert-resource';
import { categoryTotals } from './analytics/category-query';
import { liveCardSchema } from './card/live-card-resource';
import { foundPayment, foundPayments } from './payment/payment-resource';
import { RunningQueryApi } from './testing/running-query-api';
import { viewsSchema } from './view/view-resource';

const noon = at('2026-03-01T12:00:00Z');
const LANES = 4;

/** A card's life as the owner writes it: events, then the rows that they changed. */
const life = (cardId: string, commands: readonly CardCommand[]): readonly RecordToAppend[] => {
  const run = new AggregateRun(cardAggregate, cardId);
  for (const command of commands) run.run(command, noon);
  const events = run.events.map((event, index) =>
    cardEventRecord(event, { version: index + 1, lanes: LANES }),
  );
  const rows = [...run.rows].map(([key, row]) => ({
    topic: 'card-state',
    partition: partitionFor(cardId, LANES),
    key,
    value: JSON.stringify(row),
    headers: { schemaversion: '1', writerepoch: '0' },
  }));
  return [...events, ...rows];
};

const alert: Alert = {
  alertId: `alr_${'0'.repeat(32)}`,
  ruleId: 'rule_countries',
  ruleSetVersion: 0,
  keyKind: 'card',
  keyId: 'card_a',
  cardId: 'card_a',
  action: 'block',
  severity: 'high',
  reason: 'many countries within minutes',
  crossedBy: 'pay_2',
  window: { kind: 'trailing', startMs: noon - 21_600_000, endMs: noon },
  values: { count: 5, countries: 3 },
  thresholds: { count: 5, countries: 3 },
  payments: [
    {
      paymentId: 'pay_2',
      occurredAtMs: noon,
      country: 'PT',
      amountMinor: 250,
      currency: 'EUR',
      billingAmountMinor: 250,
      status: 'authorized',
    },
  ],
  raisedAtMs: noon,
  updatedAtMs: noon,
  revision: 1,
  imported: false,
};

const alertRecord: RecordToAppend = {
  topic: 'alerts',
  partition: partitionFor('card_a', LANES),
  key: alert.alertId,
  value: JSON.stringify(alert),
  headers: alertHeaders(alert, {}),
};

const records = (): readonly RecordToAppend[] => [
  ...life('card_a', [
    openCard({ limitMinor: 100_000, occurredAtMs: noon - 86_400_000 }),
    authorize({
      paymentId: 'pay_1',
      merchantName: 'Café Lisboa',
      merchantId: 'mer_cafe',
      terminalId: 'term_7',
      mcc: '5812',
      country: 'PT',
      amountMinor: 1_250,
      occurredAtMs: noon - 3_600_001,
    }),
    authorize({ paymentId: 'pay_2', country: 'PT', amountMinor: 250, occurredAtMs: noon }),
    authorize({ paymentId: 'pay_3', amountMinor: 999_999, occurredAtMs: noon - 1_000 }),
    dispute({ paymentId: 'pay_1', occurredAtMs: noon }),
    blockCard({ alertId: alert.alertId }),
  ]),
  ...life('card_b', [
    openCard({ limitMinor: 100_000, occurredAtMs: noon - 86_400_000 }),
    authorize({ paymentId: 'pay_1', amountMinor: 300, occurredAtMs: noon - 7_200_000 }),
  ]),
  alertRecord,
];

interface Item {
  readonly [field: string]: unknown;
}

describe('query-api over PGlite and the embedded log', () => {
  let api: RunningQueryApi;

  beforeAll(async () => {
    api = await RunningQueryApi.start({ clock: new ManualClock(noon) });
    await api.log.append(records());
    await api.caughtUp();
  });

  afterAll(() => api.remove());

  const found = async (query: string): Promise<readonly string[]> => {
    const { status, body } = await api.get(`/v1/payments${query}`);
    expect([query, status]).toEqual([query, 200]);
    return (body['items'] as readonly Item[]).map((p) => `${p['cardId']}/${p['paymentId']}`);
  };

  it('finds payments newest first', async () => {
    expect(await found('')).toEqual([
      'card_a/pay_2',
      'card_a/pay_3',
      'card_a/pay_1',
      'card_b/pay_1',
    ]);
  });

  it.each([
    ['?q=cafe', ['card_a/pay_1']],
    ['?q=CAF%C3%89%20lis', ['card_a/pay_1']],
    ['?q=mer_cafe', ['card_a/pay_1']],
    ['?q=term_7', ['card_a/pay_1']],
    ['?q=nowhere', []],
    ['?cardId=card_b', ['card_b/pay_1']],
    ['?merchantId=mer_cafe', ['card_a/pay_1']],
    ['?terminalId=term_7', ['card_a/pay_1']],
    ['?country=PT', ['card_a/pay_2', 'card_a/pay_1']],
    ['?category=restaurants', ['card_a/pay_1']],
    ['?status=declined', ['card_a/pay_3']],
    ['?status=charged-back', ['card_a/pay_1']],
    ['?from=2026-03-01T12:00:00Z', ['card_a/pay_2']],
    ['?from=2026-03-01T13:00:00%2B01:00', ['card_a/pay_2']],
    ['?to=2026-03-01T10:59:59.999Z', ['card_b/pay_1']],
    ['?to=2026-03-01T11:00:00.000Z', ['card_a/pay_1', 'card_b/pay_1']],
    ['?minAmountMinor=300&maxAmountMinor=1250', ['card_a/pay_1', 'card_b/pay_1']],
    ['?minAmountMinor=301&maxAmountMinor=1249', []],
    ['?sort=amountMinor&limit=2', ['card_a/pay_2', 'card_b/pay_1']],
    ['?sort=-amountMinor&limit=1', ['card_a/pay_3']],
    ['?cardId=card_a&country=PT&q=lisboa', ['card_a/pay_1']],
  ])('finds by %s', async (query, expected) => {
    expect(await found(query)).toEqual(expected);
  });

  it('gives all payments once over pages of one, and ends with null', async () => {
    const seen: unknown[] = [];
    let next: unknown = '';
    for (let page = 0; next !== null && page < 9; page += 1) {
      const cursor = next === '' ? '' : `&cursor=${encodeURIComponent(String(next))}`;
      const { body } = await api.get(`/v1/payments?limit=1${cursor}`);
      seen.push(
        ...(body['items'] as readonly Item[]).map((p) => `${p['cardId']}/${p['paymentId']}`),
      );
      next = body['next'];
    }
    expect(seen).toEqual(await found(''));
  });

  it('shows a payment with instants as text', async () => {
    const { body } = await api.get('/v1/payments/pay_1?cardId=card_a');
    expect(body).toEqual({
      paymentId: 'pay_1',
      cardId: 'card_a',
      merchantId: 'mer_cafe',
      terminalId: 'term_7',
      merchantName: 'Café Lisboa',
      country: 'PT',
      mcc: '5812',
      category: 'restaurants',
      status: 'charged-back',
      disputeReason: 'fraud',
      capture: 'manual',
      currency: 'EUR',
      amountMinor: 1_250,
      authorizedMinor: 1_250,
      capturedMinor: 0,
      refundedMinor: 0,
      releasedMinor: 0,
      billingCurrency: 'EUR',
      billingAmountMinor: 1_250,
      occurredAt: '2026-03-01T10:59:59.999Z',
      updatedAt: '2026-03-01T12:00:00.000Z',
      version: 5,
    });
  });

  it('asks which card when several have a payment of the id', async () => {
    expect((await api.get('/v1/payments/pay_2')).body['paymentId']).toBe('pay_2');
    const { status, body } = await api.get('/v1/payments/pay_1');
    expect([status, body['code']]).toEqual([409, 'PAYMENT_ID_AMBIGUOUS']);
    expect((await api.get('/v1/payments/pay_1?cardId=card_b')).body['amountMinor']).toBe(300);
  });

  it('shows a card as it lives', async () => {
    const { status, body } = await api.get('/v1/cards/card_a/live');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      cardId: 'card_a',
      blocked: true,
      limitMinor: 100_000,
      spentMinorByMonth: { '2026-03': 1_500 },
      counters: {
        total: { payments: 2, amountMinor: 1_500, declinedPayments: 1, declinedMinor: 999_999 },
        hour: {
          from: '2026-03-01T12:00:00.000Z',
          payments: 1,
          declinedPayments: 0,
          complete: true,
        },
        day: { from: '2026-03-01T00:00:00.000Z', payments: 2, declinedPayments: 1 },
      },
      risk: { level: 'high', alerts: [{ alertId: alert.alertId }] },
      version: 6,
    });
    const payments = body['payments'] as readonly Item[];
    expect(payments.map((p) => p['paymentId'])).toEqual(['pay_2', 'pay_3', 'pay_1']);
    expect(payments[2]?.['status']).toBe('charged-back');
  });

  it('shows totals per category and hour, and adds them up by day', async () => {
    const hours = await api.get('/v1/analytics/categories');
    expect(hours.body['truncated']).toBe(false);
    expect(hours.body['rows']).toMatchObject([
      { bucketStart: '2026-03-01T10:00:00.000Z', category: 'groceries', payments: 1 },
      { bucketStart: '2026-03-01T10:00:00.000Z', category: 'restaurants', amountMinor: 1_250 },
      { bucketStart: '2026-03-01T11:00:00.000Z', category: 'groceries', declinedPayments: 1 },
      { bucketStart: '2026-03-01T12:00:00.000Z', category: 'groceries', amountMinor: 250 },
      { bucketStart: '2026-03-01T12:00:00.000Z', category: 'restaurants', disputedMinor: 1_250 },
    ]);
    const day = await api.get('/v1/analytics/categories?bucket=day&category=groceries');
    expect(day.body['rows']).toMatchObject([
      { bucketStart: '2026-03-01T00:00:00.000Z', payments: 2, amountMinor: 550 },
    ]);
    const cut = await api.get('/v1/analytics/categories?limit=1');
    expect([(cut.body['rows'] as Item[]).length, cut.body['truncated']]).toEqual([1, true]);
  });

  it('shows alerts with their evidence', async () => {
    const { body } = await api.get('/v1/alerts?cardId=card_a&imported=false&q=countries');
    expect(body['items']).toHaveLength(1);
    expect((await api.get('/v1/alerts?severity=low')).body['items']).toEqual([]);
    const one = await api.get(`/v1/alerts/${alert.alertId}`);
    expect(one.body).toMatchObject({
      raisedAt: '2026-03-01T12:00:00.000Z',
      window: { kind: 'trailing', start: '2026-03-01T06:00:00.000Z' },
      values: { count: 5, countries: 3 },
      payments: [{ paymentId: 'pay_2', occurredAt: '2026-03-01T12:00:00.000Z' }],
    });
  });

  it('answers as its contracts say', async () => {
    foundPayments.parse((await api.get('/v1/payments')).body);
    foundPayment.parse((await api.get('/v1/payments/pay_2')).body);
    foundAlerts.parse((await api.get('/v1/alerts')).body);
    foundAlert.parse((await api.get(`/v1/alerts/${alert.alertId}`)).body);
    liveCardSchema.parse((await api.get('/v1/cards/card_a/live')).body);
    liveCardSchema.parse((await api.get('/v1/cards/card_b/live')).body);
    categoryTotals.parse((await api.get('/v1/analytics/categories')).body);
    viewsSchema.parse((await api.get('/v1/views')).body);
  });
});
