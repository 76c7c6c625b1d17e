import type { Alert } from '@millrace/fraud';
import { minorUnits, type PaymentRow } from '@millrace/payments';
import { checkIndexDefinition, checkRollupDefinition } from '@millrace/projections';
import { InProcessSearchIndex } from '@millrace/projections/testing';
import { alertDocument, alertsIndex } from './alerts/alerts-index';
import { categoriesRollup } from './analytics/categories-rollup';
import { paymentDocument, paymentsIndex } from './payments/payments-index';
import { viewNames, viewParts } from './view-parts';

const payment: PaymentRow = {
  kind: 'payment',
  cardId: 'card_1',
  paymentId: 'pay_1',
  merchantId: 'mer_1',
  mcc: '5812',
  country: 'PT',
  amountMinor: minorUnits(500),
  currency: 'EUR',
  billingAmountMinor: minorUnits(500),
  billingCurrency: 'EUR',
  capture: 'manual',
  requestHash: 'hash',
  status: 'authorized',
  authorizedMinor: minorUnits(500),
  capturedMinor: minorUnits(0),
  refundedMinor: minorUnits(0),
  releasedMinor: minorUnits(0),
  occurredAtMs: 1_000,
  updatedAtMs: 2_000,
  version: 4,
};

const alert: Alert = {
  alertId: 'rule_1|card_1|pay_1',
  ruleId: 'rule_1',
  ruleSetVersion: 0,
  keyKind: 'terminal',
  keyId: 'term_1',
  action: 'block',
  severity: 'high',
  reason: 'many countries',
  crossedBy: 'pay_1',
  window: { kind: 'trailing', startMs: 0, endMs: 10 },
  values: { count: 5 },
  thresholds: { count: 5 },
  payments: [],
  raisedAtMs: 10,
  updatedAtMs: 11,
  revision: 1,
  imported: false,
};

describe('definitions of the views', () => {
  it('are such as the stores take', () => {
    checkIndexDefinition(paymentsIndex);
    checkIndexDefinition(alertsIndex);
    checkRollupDefinition(categoriesRollup);
  });

  it('give every view a part, and every part a name of its own', () => {
    expect(new Set(viewParts.map(({ view }) => view))).toEqual(new Set(viewNames));
    expect(new Set(viewParts.map(({ part }) => part)).size).toBe(viewParts.length);
  });
});

describe('the document of a payment', () => {
  it('fits its index, with and without what may be missing', () => {
    const index = new InProcessSearchIndex(paymentsIndex);
    const full = paymentDocument({
      ...payment,
      merchantName: 'Café Lisboa',
      terminalId: 'term_1',
      channel: 'chip',
      declineReason: 'limit-exceeded',
      disputeReason: 'fraud',
      expiresAtMs: 3_000,
    });
    index.check(paymentDocument(payment));
    index.check(full);
    const absent = ['merchantName', 'terminalId', 'channel', 'declineReason', 'disputeReason'];
    for (const field of absent) expect(paymentDocument(payment).fields).not.toHaveProperty(field);
    expect(Object.keys(full.fields ?? {}).sort()).toEqual(Object.keys(paymentsIndex.fields).sort());
  });

  it('has the key and version of its row, times in ms, and the category of its MCC', () => {
    expect(paymentDocument(payment)).toMatchObject({
      key: 'card_1/pay_1',
      version: 4,
      fields: { occurredAt: 1_000, updatedAt: 2_000, category: 'restaurants', amountMinor: 500 },
    });
  });
});

describe('the document of an alert', () => {
  it('fits its index, with and without a card', () => {
    const index = new InProcessSearchIndex(alertsIndex);
    index.check(alertDocument(alert));
    const full = alertDocument({ ...alert, cardId: 'card_1' });
    index.check(full);
    expect(Object.keys(full.fields ?? {}).sort()).toEqual(Object.keys(alertsIndex.fields).sort());
  });
});
