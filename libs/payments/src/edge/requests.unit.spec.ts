import { authorize, cardOpened, given, putMerchant } from '@millrace/testkit';
import { z } from 'zod';
import { cardAggregate } from '../card/card-aggregate';
import { merchantAggregate } from '../merchant/merchant-aggregate';
import { blockCardCommand, blockCardRequest, openCardRequest } from './card-requests';
import { cardEventSchemas, merchantEventSchemas } from './event-schemas';
import { putMerchantCommand, putMerchantRequest } from './merchant-requests';
import {
  authorizePaymentCommand,
  authorizePaymentRequest,
  captureRequest,
  disputeRequest,
  refundRequest,
  voidRequest,
} from './payment-requests';
import { requestHash } from './request-hash';
import { isCardEvent, isCardStateRow, isMerchantRow } from './trusted-records';

const body = {
  merchantId: 'mer_1',
  mcc: '5411',
  country: 'BE',
  amountMinor: 1_000,
  currency: 'EUR',
};

const takes = (schema: z.ZodType, value: unknown) => schema.safeParse(value).success;

describe('request to authorize a payment', () => {
  it('means a command that is captured by hand unless it says otherwise', () => {
    const request = authorizePaymentRequest.parse({ ...body, occurredAt: '1970-01-01T00:00:01Z' });
    const command = authorizePaymentCommand(request, 'pay_1');
    expect(command).toEqual(authorize({ occurredAtMs: 1_000 }));
    expect(command.capture).toBe('manual');
  });

  it('has a hash of what was sent: the same without and with the default', () => {
    const hashOf = (more: object) =>
      authorizePaymentCommand(authorizePaymentRequest.parse({ ...body, ...more }), 'p').requestHash;
    expect(hashOf({ capture: 'manual' })).toBe(hashOf({}));
    expect(hashOf({ paymentId: 'pay_9' })).toBe(hashOf({}));
    expect(hashOf({ capture: 'immediate' })).not.toBe(hashOf({}));
  });

  it.each<object>([
    { amountMinor: 0 },
    { amountMinor: Number.MAX_SAFE_INTEGER },
    { currency: 'XAU' },
    { merchantName: "L'Étoile d'Or (Lille)" },
    { paymentId: 'a'.repeat(64) },
    { paymentId: 'A.z_0:9-' },
    { occurredAt: '2025-03-01T10:00:00+01:00' },
  ])('takes %j', (more) => {
    expect(takes(authorizePaymentRequest, { ...body, ...more })).toBe(true);
  });

  it.each<object>([
    { amountMinor: -1 },
    { amountMinor: 1.5 },
    { amountMinor: Number.MAX_SAFE_INTEGER + 1 },
    { amountMinor: '10' },
    { amountMinor: null },
    { billingAmountMinor: -1 },
    { currency: 'eur' },
    { currency: 'ZZZ' },
    { country: 'XX' },
    { country: 'be' },
    { mcc: '541' },
    { mcc: 5411 },
    { paymentId: '' },
    { paymentId: 'a'.repeat(65) },
    { paymentId: 'a/b' },
    { paymentId: '4111111111111111' },
    { paymentId: '4111:1111:1111:1111' },
    { merchantName: 'paid with 4111 1111 1111 1111' },
    { merchantName: '' },
    { merchantName: '   ' },
    { merchantName: 'a\nb' },
    { merchantName: 'a\u0000' },
    { merchantName: '\ud800' },
    { merchantName: '\u202eevil' },
    { merchantName: 'x'.repeat(121) },
    { capture: 'later' },
    { occurredAt: '2025-03-01' },
    { occurredAt: 1_740_823_200_000 },
    { riskScore: 1 },
    { constructor: { prototype: {} } },
  ])('refuses %j', (more) => {
    const value: unknown = JSON.parse(
      JSON.stringify(body).replace(/}$/, `,${JSON.stringify(more).slice(1)}`),
    );
    expect(takes(authorizePaymentRequest, value)).toBe(false);
  });

  it('drops a prototype, which JSON can name', () => {
    const value: unknown = JSON.parse(
      JSON.stringify(body).replace(/}$/, ',"__proto__":{"channel":"x"}}'),
    );
    const result = authorizePaymentRequest.safeParse(value);
    expect(result.data?.channel).toBeUndefined();
    expect(Object.keys(result.data ?? {})).toEqual(Object.keys(body));
  });

  it('composes text, so that twins of one name are one name', () => {
    const { merchantName } = authorizePaymentRequest.parse({
      ...body,
      merchantName: 'Caf\u0065\u0301',
    });
    expect(merchantName).toBe('Caf\u00e9');
  });

  it('reads -0 as 0', () => {
    const { amountMinor } = authorizePaymentRequest.parse({ ...body, amountMinor: -0 });
    expect(Object.is(amountMinor, 0)).toBe(true);
  });
});

describe('other requests', () => {
  it('capture and refund at least 1', () => {
    for (const schema of [captureRequest, refundRequest]) {
      expect([0, 1, 2].map((amountMinor) => takes(schema, { amountMinor }))).toEqual([
        false,
        true,
        true,
      ]);
    }
  });

  it('void and dispute with their own fields alone', () => {
    expect(takes(voidRequest, {})).toBe(true);
    expect(takes(voidRequest, { reason: 'x' })).toBe(false);
    expect(takes(disputeRequest, { reason: 'fraud' })).toBe(true);
    expect(takes(disputeRequest, { reason: 'stolen' })).toBe(false);
  });

  it('open a card with a limit from zero on', () => {
    const card = { currency: 'EUR', limitMinor: 0, country: 'BE' };
    expect(takes(openCardRequest, card)).toBe(true);
    expect(takes(openCardRequest, { ...card, limitMinor: -1 })).toBe(false);
    expect(takes(openCardRequest, { ...card, holderRef: '4111-1111-1111-1111' })).toBe(false);
  });

  it('block a card until an instant', () => {
    const request = blockCardRequest.parse({
      reason: 'velocity',
      alertId: 'velocity-5m:card:card_1:pay_1',
      notAfter: '1970-01-01T00:00:01Z',
    });
    expect(blockCardCommand(request)).toMatchObject({ notAfterMs: 1_000 });
    expect(takes(blockCardRequest, {})).toBe(false);
  });

  it('put a merchant, with the category of its MCC where none is said', () => {
    const merchant = { name: 'Corner Market Ghent', mcc: '5411', country: 'BE' };
    expect(putMerchantCommand(putMerchantRequest.parse(merchant))).toEqual(putMerchant());
  });

  it('have a JSON schema for the API description', () => {
    const schema = z.toJSONSchema(authorizePaymentRequest, { io: 'input' });
    expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
  });
});

describe('hash of a request', () => {
  it('keeps fields apart', () => {
    const hashes = [['ab', 'c'], ['a', 'bc'], ['abc', undefined], ['abc', ''], ['abc']].map(
      requestHash,
    );
    expect(new Set(hashes).size).toBe(5);
  });

  it('differs for 100,000 payments that differ in one number', () => {
    const hashes = Array.from({ length: 100_000 }, (_, n) => requestHash(['mer_1', n, undefined]));
    expect(new Set(hashes).size).toBe(100_000);
  });
});

describe('schemas of events', () => {
  it('take what the deciders make, and refuse unknown fields', () => {
    const { run } = given(cardAggregate, cardOpened()).when(
      authorize({ amountMinor: 1_000, merchantName: 'Corner Market' }),
      { type: 'dispute-payment', paymentId: 'pay_1', reason: 'other' },
    );
    for (const event of run.events) {
      const { data } = cardEventSchemas[event.type];
      expect([event.type, takes(data, event.data)]).toEqual([event.type, true]);
      expect(takes(data, { ...event.data, cvv: '123' })).toBe(false);
      expect(isCardEvent(event)).toBe(true);
    }
    for (const row of run.rows.values()) expect(isCardStateRow(row)).toBe(true);
  });

  it('take what the merchant decides', () => {
    const { run } = given(merchantAggregate).with({ aggregateId: 'mer_1' }).when(putMerchant());
    for (const event of run.events) {
      expect(takes(merchantEventSchemas[event.type].data, event.data)).toBe(true);
    }
    for (const row of run.rows.values()) expect(isMerchantRow(row)).toBe(true);
  });

  it('know no other event', () => {
    const foreign = { type: 'toString', occurredAtMs: 0, data: { cardId: 'card_1' } };
    expect(isCardEvent(foreign)).toBe(false);
    expect(isCardEvent({ ...foreign, type: 'card.opened', data: null })).toBe(false);
    expect([null, 1, [], {}].map(isCardStateRow)).toEqual([false, false, false, false]);
  });
});
