import { decodePosition } from '@millrace/platform';
import { at, days, ManualClock, minutes } from '@millrace/testkit';
import { RunningApi } from './testing/running-api';

const START = at('2026-03-01T10:00:00Z');
const purchase = {
  merchantId: 'mer_1',
  mcc: '5942',
  country: 'BE',
  amountMinor: 1_000,
  currency: 'EUR',
};

describe('commands over HTTP', () => {
  let clock: ManualClock;
  let api: RunningApi;

  beforeEach(async () => {
    clock = new ManualClock(START);
    api = await RunningApi.start({ clock });
    const card = { cardId: 'card_1', currency: 'EUR', limitMinor: 10_000, country: 'BE' };
    await api.post('/v1/cards', 'open', card);
  });

  afterEach(() => api.remove());

  const authorize = (key: string, body: Record<string, unknown> = {}) =>
    api.post('/v1/cards/card_1/payments', key, { ...purchase, ...body });

  it('answers a card with its place, version and position after the commit', async () => {
    const body = { cardId: 'card_2', currency: 'KWD', limitMinor: 5, country: 'KW' };
    const answer = await api.post('/v1/cards', 'k', body);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      ...body,
      blocked: false,
      spentMinorByMonth: {},
      openedAt: '2026-03-01T10:00:00.000Z',
      version: 1,
    });
    expect(answer.headers.get('location')).toBe('/v1/cards/card_2');
    expect(answer.headers.get('etag')).toBe('"1"');
    const position = decodePosition(answer.headers.get('millrace-position') ?? '');
    expect(position).toMatchObject({ topic: 'card-events', incarnation: api.log.incarnation });
  });

  it('goes through the life of a payment', async () => {
    const first = await authorize('a', { paymentId: 'pay_1', occurredAt: '2026-03-01T09:59:00Z' });
    expect([first.status, first.body['status']]).toEqual([201, 'authorized']);
    const captured = await api.post('/v1/cards/card_1/payments/pay_1/captures', 'c', {
      amountMinor: 700,
    });
    expect([captured.status, captured.body['capturedMinor']]).toEqual([201, 700]);
    const refunded = await api.post('/v1/cards/card_1/payments/pay_1/refunds', 'r', {
      amountMinor: 200,
    });
    expect([refunded.status, refunded.body['refundedMinor']]).toEqual([201, 200]);
    const disputed = await api.post('/v1/cards/card_1/payments/pay_1/disputes', 'd', {
      reason: 'other',
    });
    expect([disputed.status, disputed.body['status']]).toEqual([201, 'charged-back']);
    const late = await api.post('/v1/cards/card_1/payments/pay_1/captures', 'c2', {
      amountMinor: 1,
    });
    expect([late.status, late.body['code']]).toEqual([409, 'PAYMENT_TRANSITION_NOT_ALLOWED']);
    const again = await api.post('/v1/cards/card_1/payments/pay_1/disputes', 'd2', {
      reason: 'other',
    });
    expect([again.status, again.body]).toEqual([200, disputed.body]);
    expect(refunded.headers.get('location')).toBe('/v1/cards/card_1/payments/pay_1');
  });

  it('voids an authorization and gives its amount back to the limit', async () => {
    await authorize('a', { paymentId: 'pay_1', amountMinor: 10_000 });
    expect((await authorize('b')).body['declineReason']).toBe('limit-exceeded');
    const voided = await api.post('/v1/cards/card_1/payments/pay_1/void', 'v', {});
    expect([voided.status, voided.body['status']]).toEqual([200, 'voided']);
    expect((await authorize('c')).body['status']).toBe('authorized');
  });

  it('answers a declined payment with 201 and its reason', async () => {
    const blocked = await api.post('/v1/cards/card_1/block', 'b', { reason: 'lost' });
    expect([blocked.status, blocked.body['blocked']]).toEqual([200, true]);
    const declined = await authorize('a');
    expect([declined.status, declined.body['status'], declined.body['declineReason']]).toEqual([
      201,
      'declined',
      'card-blocked',
    ]);
    const unblocked = await api.post('/v1/cards/card_1/unblock', 'u', { reason: 'found' });
    expect([unblocked.status, unblocked.body['blocked']]).toEqual([200, false]);
  });

  it('releases what was not captured after 7 days, by the sweep', async () => {
    await authorize('a', { paymentId: 'pay_1' });
    clock.advanceMs(days(7) - 1);
    api.runtime.tick();
    await authorize('b', { paymentId: 'pay_2' });
    expect(api.runtime.read('card', 'card_1', 'card_1/pay_1')).toMatchObject({
      status: 'authorized',
    });
    clock.advanceMs(1);
    api.runtime.tick();
    await authorize('c', { paymentId: 'pay_3' });
    expect(api.runtime.read('card', 'card_1', 'card_1/pay_1')).toMatchObject({ status: 'expired' });
  });

  describe('repeated with the same key', () => {
    it('answers the first answer and says so, whatever has happened since', async () => {
      const first = await authorize('k');
      await authorize('other');
      const again = await authorize('k');
      expect([again.status, again.body]).toEqual([201, first.body]);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(first.headers.get('idempotent-replayed')).toBeNull();
    });

    it('makes the same id of the same key', async () => {
      const first = await authorize('k');
      expect(first.body['paymentId']).toMatch(/^pay_[0-9a-f-]{36}$/);
      expect((await authorize('k')).body['paymentId']).toBe(first.body['paymentId']);
      expect((await authorize('l')).body['paymentId']).not.toBe(first.body['paymentId']);
    });

    it('refuses another body with 422', async () => {
      await authorize('k');
      const other = await authorize('k', { amountMinor: 1_001 });
      expect([other.status, other.body['code']]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    });

    it('takes the same body with its fields in another order', async () => {
      const first = await authorize('k');
      const turned = Object.fromEntries(Object.entries(purchase).reverse());
      const again = await api.post('/v1/cards/card_1/payments', 'k', turned);
      expect([again.status, again.body]).toEqual([201, first.body]);
    });

    it('replays a rejection too', async () => {
      const path = '/v1/cards/card_1/payments/none/captures';
      await api.post(path, 'k', { amountMinor: 1 });
      const again = await api.post(path, 'k', { amountMinor: 1 });
      expect([again.status, again.body['code']]).toEqual([404, 'PAYMENT_NOT_FOUND']);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
    });

    it('still knows the answer after a restart', async () => {
      const first = await authorize('k');
      api = await RunningApi.start({ clock, folder: await api.stop() });
      const again = await authorize('k');
      expect([again.status, again.body]).toEqual([201, first.body]);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
    });

    it('decides once when both arrive together: the second is answered alike or 409', async () => {
      const before = await api.recordCount('card-events');
      const answers = await Promise.all(Array.from({ length: 8 }, () => authorize('k')));
      const statuses = new Set(answers.map((answer) => answer.status));
      expect([...statuses].every((status) => status === 201 || status === 409)).toBe(true);
      const codes = answers.filter((a) => a.status === 409).map((a) => a.body['code']);
      expect(new Set(codes).size <= 1).toBe(true);
      expect(await api.recordCount('card-events')).toBe(before + 1);
    });
  });

  describe('an existing payment id', () => {
    it('is answered with the stored payment, also after its result has expired', async () => {
      const first = await authorize('k', { paymentId: 'pay_1' });
      clock.advanceMs(days(2));
      const before = await api.recordCount('card-events');
      const again = await authorize('k', { paymentId: 'pay_1' });
      expect([again.status, again.body]).toEqual([200, first.body]);
      expect(again.headers.get('idempotent-replayed')).toBeNull();
      expect(await api.recordCount('card-events')).toBe(before);
    });

    it('is a conflict with another body', async () => {
      await authorize('k', { paymentId: 'pay_1' });
      const other = await authorize('l', { paymentId: 'pay_1', amountMinor: 1 });
      expect([other.status, other.body['code']]).toEqual([409, 'PAYMENT_ID_CONFLICT']);
    });
  });

  describe('with a precondition', () => {
    const limit = (headers: Record<string, string>, limitMinor: number) =>
      api.ask({ method: 'PUT', path: '/v1/cards/card_1/limit', headers, body: { limitMinor } });

    it('is done on the version it names, and refused with 412 on another', async () => {
      const done = await limit({ 'if-match': '"1"' }, 20_000);
      expect([done.status, done.headers.get('etag')]).toEqual([200, '"2"']);
      const late = await limit({ 'if-match': '"1"' }, 30_000);
      expect([late.status, late.body['code'], late.headers.get('etag')]).toEqual([
        412,
        'VERSION_MISMATCH',
        '"2"',
      ]);
    });

    it('needs none: without If-Match a limit is just set', async () => {
      expect((await limit({}, 20_000)).status).toBe(200);
    });

    it.each(['W/"1"', '1', '"1", "2"', '"x"', '"0"', ''])('refuses If-Match: %s', async (tag) => {
      const answer = await limit({ 'if-match': tag }, 20_000);
      expect([answer.status, answer.body['code']]).toEqual([400, 'IF_MATCH_INVALID']);
    });

    it('creates once with If-None-Match: *, and changes only what exists with If-Match: *', async () => {
      const put = (id: string, headers: Record<string, string>) =>
        api.ask({
          method: 'PUT',
          path: `/v1/merchants/${id}`,
          headers,
          body: { name: 'Books', mcc: '5942', country: 'BE' },
        });
      expect((await put('mer_1', { 'if-match': '*' })).status).toBe(412);
      expect((await put('mer_1', { 'if-none-match': '*' })).status).toBe(201);
      expect((await put('mer_1', { 'if-none-match': '*' })).status).toBe(412);
      expect((await put('mer_1', { 'if-match': '*' })).status).toBe(200);
    });
  });

  it('answers a read from the owner with ETag, and 304 when nothing has changed', async () => {
    const read = (headers: Record<string, string> = {}) =>
      api.ask({ method: 'GET', path: '/v1/cards/card_1', headers });
    const card = await read();
    expect([card.status, card.body['limitMinor'], card.headers.get('etag')]).toEqual([
      200,
      10_000,
      '"1"',
    ]);
    expect((await read({ 'if-none-match': '"1"' })).status).toBe(304);
    await authorize('a');
    const changed = await read({ 'if-none-match': '"1"' });
    expect([changed.status, changed.body['spentMinorByMonth']]).toEqual([
      200,
      { '2026-03': 1_000 },
    ]);
  });

  it('puts, changes and reads a merchant', async () => {
    const path = '/v1/merchants/mer_7';
    const put = (name: string) =>
      api.ask({ method: 'PUT', path, body: { name, mcc: '5942', country: 'BE' } });
    expect((await put('Books')).status).toBe(201);
    expect((await put('Books')).headers.get('etag')).toBe('"1"');
    expect((await put('Old Books')).status).toBe(200);
    const read = await api.ask({ method: 'GET', path });
    expect(read.body).toMatchObject({ merchantId: 'mer_7', name: 'Old Books', version: 2 });
    expect((await api.ask({ method: 'GET', path: '/v1/merchants/none' })).status).toBe(404);
  });

  it('lists the history of a card page by page, without the other cards of its lane', async () => {
    for (const other of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
      const body = { cardId: other, currency: 'EUR', limitMinor: 1, country: 'BE' };
      await api.post('/v1/cards', other, body);
    }
    await authorize('p1');
    await authorize('p2');
    await api.post('/v1/cards/card_1/block', 'b', { reason: 'lost' });
    const types: unknown[] = [];
    let cursor = '';
    for (let page = 0; page < 10; page++) {
      const query = cursor === '' ? '?limit=2' : `?limit=2&cursor=${cursor}`;
      const answer = await api.ask({ method: 'GET', path: `/v1/cards/card_1/events${query}` });
      const items = answer.body['items'] as readonly { readonly type: string }[];
      types.push(...items.map((item) => item.type));
      if (answer.body['next'] === undefined) break;
      cursor = String(answer.body['next']);
    }
    const paid = 'payment.authorized';
    expect(types).toEqual(['card.opened', paid, paid, 'card.blocked']);
    const wrong = await api.ask({ method: 'GET', path: '/v1/cards/card_1/events?cursor=xyz' });
    expect([wrong.status, wrong.body['code']]).toEqual([400, 'CURSOR_INVALID']);
  });

  it('takes an event time up to 5 minutes ahead', async () => {
    const ahead = (ms: number) => new Date(START + ms).toISOString();
    expect((await authorize('a', { occurredAt: ahead(minutes(5)) })).status).toBe(201);
    const late = await authorize('b', { occurredAt: ahead(minutes(5) + 1) });
    expect([late.status, late.body['code']]).toEqual([422, 'OCCURRED_AT_IN_FUTURE']);
  });

  it('puts the trace of the request into the event', async () => {
    const traceId = 'c'.repeat(32);
    await api.ask({
      method: 'POST',
      path: '/v1/cards/card_1/payments',
      headers: { 'idempotency-key': 'k', traceparent: `00-${traceId}-${'d'.repeat(16)}-01` },
      body: purchase,
    });
    const lanes = [0, 1, 2, 3].map((partition) => ({ topic: 'card-events', partition, offset: 0 }));
    const reader = await api.log.openReader(lanes);
    const batches = (await reader.poll({ maxWaitMs: 0 })).flatMap((batch) => batch.records);
    await reader.close();
    expect(batches.map((record) => record.headers['traceparent']).join()).toContain(traceId);
  });
});
