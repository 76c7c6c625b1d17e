import { at, ManualClock } from '@millrace/testkit';
import { type Answered, RunningQueryApi } from './testing/running-query-api';

const refusals: readonly (readonly [path: string, pointer: string])[] = [
  ['/v1/payments?unknown=1', '/unknown'],
  ['/v1/payments?q=', '/q'],
  ['/v1/payments?q=%20%20', '/q'],
  [`/v1/payments?q=${'a'.repeat(201)}`, '/q'],
  [`/v1/payments?q=${'a+'.repeat(17)}`, '/q'],
  ['/v1/payments?cardId=a&cardId=b', '/cardId'],
  ['/v1/payments?cardId=a%20b', '/cardId'],
  [`/v1/payments?cardId=${'a'.repeat(65)}`, '/cardId'],
  ['/v1/payments?merchantId=', '/merchantId'],
  ["/v1/payments?terminalId=x'%20or%20true", '/terminalId'],
  ['/v1/payments?country=be', '/country'],
  ['/v1/payments?country=BEL', '/country'],
  ['/v1/payments?category=weapons', '/category'],
  ['/v1/payments?status=stolen', '/status'],
  ['/v1/payments?from=2026-03-01', '/from'],
  ['/v1/payments?from=2026-03-01T10:00:00', '/from'],
  ['/v1/payments?from=2026-02-30T10:00:00Z', '/from'],
  ['/v1/payments?from=2026-03-01T10:00:60Z', '/from'],
  ['/v1/payments?from=1772359200000', '/from'],
  ['/v1/payments?to=tomorrow', '/to'],
  ['/v1/payments?from=2026-03-01T10:00:00Z&to=2026-03-01T10:00:00Z', '/to'],
  ['/v1/payments?minAmountMinor=-1', '/minAmountMinor'],
  ['/v1/payments?minAmountMinor=1.5', '/minAmountMinor'],
  ['/v1/payments?minAmountMinor=1e3', '/minAmountMinor'],
  ['/v1/payments?maxAmountMinor=9007199254740992', '/maxAmountMinor'],
  ['/v1/payments?minAmountMinor=2&maxAmountMinor=1', '/maxAmountMinor'],
  ['/v1/payments?sort=cardId', '/sort'],
  ['/v1/payments?limit=0', '/limit'],
  ['/v1/payments?limit=201', '/limit'],
  ['/v1/payments?limit=ten', '/limit'],
  [`/v1/payments?cursor=${'a'.repeat(1_025)}`, '/cursor'],
  ['/v1/payments/a%20b', ''],
  ['/v1/payments/pay_1?card=card_1', '/card'],
  ['/v1/cards/a%2Fb/live', ''],
  ['/v1/alerts?severity=fatal', '/severity'],
  ['/v1/alerts?imported=yes', '/imported'],
  ['/v1/alerts?keyKind=person', '/keyKind'],
  ['/v1/alerts?sort=raisedAt', '/sort'],
  ['/v1/alerts?limit=201', '/limit'],
  ['/v1/alerts/%00', ''],
  ['/v1/analytics/categories?bucket=week', '/bucket'],
  ['/v1/analytics/categories?currency=euro', '/currency'],
  ['/v1/analytics/categories?limit=10001', '/limit'],
  ['/v1/analytics/categories?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z', '/to'],
];

describe('bad input', () => {
  let api: RunningQueryApi;

  beforeAll(async () => {
    const clock = new ManualClock(at('2026-03-01T12:00:00Z'));
    api = await RunningQueryApi.start({ clock, projectors: false });
  });

  afterAll(() => api.remove());

  const refused = (answer: Answered) => ({
    status: answer.status,
    code: answer.body['code'],
    type: answer.headers.get('content-type'),
  });

  it.each(refusals)('refuses %s and points at %s', async (path, pointer) => {
    const answer = await api.get(path);
    expect(refused(answer)).toEqual({
      status: 422,
      code: 'VALIDATION_FAILED',
      type: 'application/problem+json',
    });
    expect((answer.body['errors'] as readonly { pointer: string }[])[0]?.pointer).toBe(pointer);
  });

  it.each([
    ['limit=1', 'limit=1', true],
    ['limit=200', 'limit=200', true],
    ['longest text', `q=${'a'.repeat(200)}`, true],
    ['16 words', `q=${'a+'.repeat(15)}a`, true],
    ['largest amount', 'maxAmountMinor=9007199254740991', true],
    ['one millisecond', 'from=2026-03-01T10:00:00Z&to=2026-03-01T10:00:00.001Z', true],
  ])('takes what is just within bounds: %s', async (_name, query) => {
    expect((await api.get(`/v1/payments?${query}`)).status).toBe(200);
  });

  it.each([
    ['/v1/payments/pay_1', 'PAYMENT_NOT_IN_VIEW'],
    ['/v1/payments/pay_1?cardId=card_1', 'PAYMENT_NOT_IN_VIEW'],
    ['/v1/cards/card_1/live', 'CARD_NOT_IN_VIEW'],
    ['/v1/alerts/alr_1', 'ALERT_NOT_IN_VIEW'],
    ['/v1/views/secrets/rebuilds/secrets-1', 'VIEW_UNKNOWN'],
    ['/v1/views/payments/rebuilds/payments-1', 'VIEW_REBUILD_UNKNOWN'],
    ['/v1/nothing', 'HTTP_ROUTE_UNKNOWN'],
  ])('says that there is nothing at %s', async (path, code) => {
    expect(refused(await api.get(path))).toMatchObject({ status: 404, code });
  });

  it.each(['a', '.', 'e30.', 'WzEsIngiXQ.AAAAAAAAAAAAAAAAAAAAAA', 'WzEsIngiXQ'])(
    'refuses the made-up cursor %s',
    async (cursor) => {
      const answer = await api.get(`/v1/payments?cursor=${encodeURIComponent(cursor)}`);
      expect(refused(answer)).toMatchObject({ status: 400, code: 'QUERY_CURSOR_INVALID' });
      expect(answer.body['errors']).toMatchObject([{ pointer: '/cursor' }]);
    },
  );

  it.each([
    ['an unknown view', '/v1/views/secrets/rebuilds', undefined, 404, 'VIEW_UNKNOWN'],
    ['an unknown field', '/v1/views/payments/rebuilds', { force: 1 }, 422, 'VALIDATION_FAILED'],
    ['a wrong type', '/v1/views/payments/rebuilds', { compare: 1 }, 422, 'VALIDATION_FAILED'],
    ['a list', '/v1/views/payments/rebuilds', [], 422, 'VALIDATION_FAILED'],
  ])('refuses a rebuild with %s', async (_name, path, body, status, code) => {
    expect(refused(await api.post(path, body))).toMatchObject({ status, code });
  });

  it('serves the next good request after all of it', async () => {
    expect((await api.get('/v1/payments')).body).toEqual({ items: [], next: null });
    expect((await api.get('/readyz')).status).toBe(200);
  });

  it('documents every route as OpenAPI 3.1', async () => {
    const { body } = await api.get('/openapi.json');
    expect(body['openapi']).toBe('3.1.0');
    expect(Object.keys(body['paths'] as object).filter((path) => path.startsWith('/v1'))).toEqual(
      expect.arrayContaining([
        '/v1/payments',
        '/v1/payments/{paymentId}',
        '/v1/cards/{cardId}/live',
        '/v1/analytics/categories',
        '/v1/alerts',
        '/v1/alerts/{alertId}',
        '/v1/views',
        '/v1/views/{view}/rebuilds',
        '/v1/views/{view}/rebuilds/{rebuildId}',
      ]),
    );
  });
});
