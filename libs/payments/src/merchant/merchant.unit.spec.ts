import { given, minutes, putMerchant } from '@millrace/testkit';
import { rejectionKind, rejections } from '../rejections';
import { merchantAggregate } from './merchant-aggregate';
import { categories, categoryOfMcc, importMccOf, importMccs } from './merchant-category';

const known = given(merchantAggregate).with({ aggregateId: 'mer_1', nowMs: 1_000 });

describe('putting a merchant', () => {
  it('registers it from the present on', () => {
    known
      .when(putMerchant())
      .thenEvents('merchant.registered')
      .thenRow({ merchantId: 'mer_1', mcc: '5411', validFromMs: 1_000, version: 1 });
  });

  it('again with the same facts changes nothing', () => {
    known.when(putMerchant(), putMerchant()).thenUnchanged();
    known.when(putMerchant({ validFromMs: 5 }), putMerchant({ validFromMs: 5 })).thenUnchanged();
  });

  it.each([
    { name: 'x' },
    { category: 'x' },
    { mcc: '5812' },
    { country: 'NL' },
    { validFromMs: 5 },
  ])('with another fact updates it: %j', (fact) => {
    known
      .when(putMerchant(), putMerchant(fact))
      .thenEvents('merchant.updated')
      .thenRow({ ...fact, registeredAtMs: 1_000, version: 2 });
  });

  it('cannot have happened more than 5 min ahead', () => {
    const ahead = (ms: number) =>
      known.when(putMerchant({ occurredAtMs: 1_000 + minutes(5) + ms }));
    ahead(0).thenEvents('merchant.registered');
    ahead(1).thenRejected('OCCURRED_AT_IN_FUTURE');
  });
});

describe('category of a merchant', () => {
  it.each([
    ['5411', 'groceries'],
    ['5541', 'fuel'],
    ['5812', 'restaurants'],
    ['3000', 'travel'],
    ['3999', 'travel'],
    ['4000', 'other'],
    ['7011', 'travel'],
    ['5732', 'electronics'],
    ['0742', 'services'],
    ['0000', 'other'],
    ['9999', 'other'],
    ['', 'other'],
    ['54110', 'other'],
    ['abcd', 'other'],
  ])('of %j is %s', (mcc, category) => {
    expect(categoryOfMcc(mcc)).toBe(category);
    expect(categories).toContain(categoryOfMcc(mcc));
  });

  it('of imported terminals is never the rest by accident', () => {
    const terminals = Array.from({ length: 10_000 }, (_, n) => importMccOf(n));
    expect(new Set(terminals)).toEqual(new Set(importMccs));
    expect(importMccOf(3_156)).toBe(importMccs[3_156 % importMccs.length]);
  });
});

describe('rejections', () => {
  it('have a kind each, and foreign codes have none', () => {
    expect(rejectionKind('CARD_NOT_FOUND')).toBe('not-found');
    expect(rejectionKind('PAYMENT_ID_CONFLICT')).toBe('conflict');
    expect(rejectionKind('BILLING_AMOUNT_REQUIRED')).toBe('invalid');
    expect(rejectionKind('toString')).toBeUndefined();
    expect(Object.keys(rejections)).toEqual(Object.keys(rejections).toSorted());
  });
});
