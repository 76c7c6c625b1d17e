import { at, ManualClock } from '@millrace/testkit';
import { type Answered, RunningApi } from './testing/running-api';

const TOPICS = ['card-events', 'card-state', 'merchant-events', 'merchants', 'command-results'];
const CARD_NUMBER = '4111 1111 1111 1111';
const purchase = {
  paymentId: 'pay_1',
  merchantId: 'mer_1',
  merchantName: 'Books',
  mcc: '5942',
  country: 'BE',
  amountMinor: 1_000,
  currency: 'EUR',
};
const without = (field: keyof typeof purchase) =>
  Object.fromEntries(Object.entries(purchase).filter(([name]) => name !== field));

describe('bad input', () => {
  let api: RunningApi;
  let before: readonly number[];

  const counts = () => Promise.all(TOPICS.map((topic) => api.recordCount(topic)));

  beforeAll(async () => {
    api = await RunningApi.start({ clock: new ManualClock(at('2026-03-01T10:00:00Z')) });
    const card = { cardId: 'card_1', currency: 'EUR', limitMinor: 100_000, country: 'BE' };
    await api.post('/v1/cards', 'open', card);
    before = await counts();
  });

  afterAll(() => api.remove());

  const pay = (body: unknown): Promise<Answered> =>
    api.post('/v1/cards/card_1/payments', 'key', body);

  const expectRefused = async (answer: Answered, status: number, code: string): Promise<void> => {
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(Object.keys(answer.body)).toEqual(
      expect.arrayContaining(['type', 'title', 'status', 'code', 'detail', 'instance', 'traceId']),
    );
    expect(JSON.stringify(answer.body)).not.toMatch(/4111 ?1111|\.[jt]s:\d|\\n/);
    expect(await counts()).toEqual(before);
  };

  const invalidFields: readonly (readonly [string, unknown])[] = [
    ['no merchant', without('merchantId')],
    ['no amount', without('amountMinor')],
    ['a negative amount', { ...purchase, amountMinor: -1 }],
    ['a fraction of a minor unit', { ...purchase, amountMinor: 10.5 }],
    ['0.1 + 0.2', { ...purchase, amountMinor: 0.1 + 0.2 }],
    ['an amount as a text', { ...purchase, amountMinor: '1000' }],
    ['an amount of null', { ...purchase, amountMinor: null }],
    ['an unknown currency', { ...purchase, currency: 'EUX' }],
    ['a currency in lower case', { ...purchase, currency: 'eur' }],
    ['a currency no longer in use', { ...purchase, currency: 'DEM' }],
    ['an unknown country', { ...purchase, country: 'XX' }],
    ['an MCC of three digits', { ...purchase, mcc: '594' }],
    ['an MCC in Arabic digits', { ...purchase, mcc: '٥٩٤٢' }],
    ['an unknown capture mode', { ...purchase, capture: 'later' }],
    ['an unknown field', { ...purchase, status: 'captured' }],
    ['a field of the row', { ...purchase, capturedMinor: 0 }],
    ['the 30th of February', { ...purchase, occurredAt: '2026-02-30T10:00:00Z' }],
    ['no offset', { ...purchase, occurredAt: '2026-03-01T10:00:00' }],
    ['a date alone', { ...purchase, occurredAt: '2026-03-01' }],
    ['1969', { ...purchase, occurredAt: '1969-12-31T23:59:59Z' }],
    ['a time as a number', { ...purchase, occurredAt: 1_772_359_200_000 }],
    ['24:00', { ...purchase, occurredAt: '2026-02-28T24:00:00Z' }],
    ['a slash in an id', { ...purchase, paymentId: 'pay/1' }],
    ['an id of 65 characters', { ...purchase, paymentId: 'p'.repeat(65) }],
    ['an empty id', { ...purchase, paymentId: '' }],
    ['a NUL in an id', { ...purchase, paymentId: 'pay\u0000' }],
    ['a NUL in a text', { ...purchase, merchantName: 'a\u0000b' }],
    ['CR LF in a text', { ...purchase, merchantName: 'a\r\nb' }],
    ['a right-to-left override', { ...purchase, merchantName: 'a\u202eb' }],
    ['a card number in a text', { ...purchase, merchantName: `Books ${CARD_NUMBER}` }],
    ['a card number as an id', { ...purchase, paymentId: '4111111111111111' }],
    ['a card number as a key', { ...purchase, [CARD_NUMBER]: 1 }],
    ['an array', [purchase]],
    ['null', null],
    ['a text', JSON.stringify('x')],
  ];

  it.each(invalidFields)('refuses a payment with %s: 422', async (_what, body) => {
    await expectRefused(await pay(body === null ? 'null' : body), 422, 'VALIDATION_FAILED');
  });

  it('points to each field that is wrong', async () => {
    const answer = await pay({ ...purchase, amountMinor: -1, currency: 'x' });
    const errors = answer.body['errors'] as readonly { readonly pointer: string }[];
    const pointers = new Set(errors.map((error) => error.pointer));
    expect([...pointers].sort()).toEqual(['/amountMinor', '/currency']);
  });

  it.each([
    ['a syntax error', '{"amountMinor":1,}', 'JSON_SYNTAX'],
    ['a key twice', '{"amountMinor":1,"amountMinor":100000}', 'JSON_DUPLICATE_KEY'],
    ['a prototype key', '{"__proto__":{"amountMinor":1}}', 'JSON_FORBIDDEN_KEY'],
    ['19 digits', '{"amountMinor":1234567890123456789}', 'JSON_NUMBER_OUT_OF_RANGE'],
    ['10,000 levels', '['.repeat(10_000) + ']'.repeat(10_000), 'JSON_TOO_DEEP'],
    ['two documents', '{}\n{}', 'JSON_TRAILING_BYTES'],
    ['half a surrogate pair', '{"merchantName":"\\ud83d"}', 'JSON_LONE_SURROGATE'],
    ['NaN', '{"amountMinor":NaN}', 'JSON_SYNTAX'],
  ])('refuses a body with %s: 400', async (_what, body, code) => {
    await expectRefused(await pay(body), 400, code);
  });

  it('refuses a body above 256 KiB: 413', async () => {
    const answer = await pay({ ...purchase, merchantName: 'x'.repeat(262_144) });
    await expectRefused(answer, 413, 'HTTP_BODY_TOO_LARGE');
  });

  it('refuses no body at all: 400', async () => {
    const headers = { 'idempotency-key': 'key' };
    const path = '/v1/cards/card_1/payments';
    const answer = await api.ask({ method: 'POST', path, headers });
    await expectRefused(answer, 400, 'HTTP_BODY_MISSING');
  });

  it('refuses another media type: 415', async () => {
    const headers = { 'idempotency-key': 'key', 'content-type': 'text/plain' };
    const path = '/v1/cards/card_1/payments';
    const answer = await api.ask({ method: 'POST', path, headers, body: JSON.stringify(purchase) });
    await expectRefused(answer, 415, 'HTTP_MEDIA_TYPE_UNSUPPORTED');
  });

  it('refuses a POST without an Idempotency-Key: 400', async () => {
    for (const path of [
      '/v1/cards',
      '/v1/cards/card_1/block',
      '/v1/cards/card_1/unblock',
      '/v1/cards/card_1/payments',
      '/v1/cards/card_1/payments/pay_1/captures',
      '/v1/cards/card_1/payments/pay_1/refunds',
      '/v1/cards/card_1/payments/pay_1/disputes',
      '/v1/cards/card_1/payments/pay_1/void',
    ]) {
      const answer = await api.ask({ method: 'POST', path, body: {} });
      expect([path, answer.status, answer.body['code']]).toEqual([
        path,
        400,
        'IDEMPOTENCY_KEY_MISSING',
      ]);
    }
    expect(await counts()).toEqual(before);
  });

  it.each([
    ['256 characters', 'k'.repeat(256)],
    ['a space', 'a b'],
    ['a card number', '4111111111111111'],
  ])('refuses an Idempotency-Key with %s: 400', async (_what, key) => {
    const answer = await api.post('/v1/cards/card_1/payments', key, purchase);
    await expectRefused(answer, 400, 'IDEMPOTENCY_KEY_INVALID');
  });

  it.each([
    ['a card number', '/v1/cards/4111111111111111'],
    ['a blank', '/v1/cards/a%20b'],
    ['an id of 65 characters', `/v1/cards/${'c'.repeat(65)}`],
    ['a query that is not known', '/v1/cards/card_1?at=1'],
    ['a page of 501', '/v1/cards/card_1/events?limit=501'],
    ['a page of none', '/v1/cards/card_1/events?limit=0'],
  ])('refuses a path with %s: 422', async (_what, path) => {
    await expectRefused(await api.ask({ method: 'GET', path }), 422, 'VALIDATION_FAILED');
  });

  it.each([
    ['a card', '/v1/cards/card_9', 404, 'CARD_NOT_FOUND'],
    ['a route', '/v1/card', 404, 'HTTP_ROUTE_UNKNOWN'],
  ])('does not know %s: 404', async (_what, path, status, code) => {
    await expectRefused(await api.ask({ method: 'GET', path }), status, code);
  });

  it('serves the next good request', async () => {
    expect((await pay(purchase)).status).toBe(201);
  });
});
