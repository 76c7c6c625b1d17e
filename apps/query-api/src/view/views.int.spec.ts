import { partitionFor, type RecordToAppend } from '@millrace/event-log';
import { cardAggregate } from '@millrace/payments';
import {
  AggregateRun,
  at,
  authorize,
  cardEventRecord,
  ManualClock,
  openCard,
} from '@millrace/testkit';
import { RunningQueryApi } from '../testing/running-query-api';
import { rebuildSchema } from './view-resource';

const noon = at('2026-03-01T12:00:00Z');
const LANES = 4;

const life = (cardId: string, payments: number): readonly RecordToAppend[] => {
  const run = new AggregateRun(cardAggregate, cardId);
  run.run(openCard({ occurredAtMs: noon - 86_400_000 }), noon);
  for (let number = 1; number <= payments; number += 1) {
    const occurredAtMs = noon - number * 3_600_000;
    run.run(authorize({ paymentId: `pay_${number}`, amountMinor: number, occurredAtMs }), noon);
  }
  const rows = [...run.rows].map(([key, row]) => ({
    topic: 'card-state',
    partition: partitionFor(cardId, LANES),
    key,
    value: JSON.stringify(row),
    headers: { schemaversion: '1', writerepoch: '0' },
  }));
  const events = run.events.map((event, index) =>
    cardEventRecord(event, { version: index + 1, lanes: LANES }),
  );
  return [...events, ...rows];
};

interface Item {
  readonly [field: string]: unknown;
}

describe('views of query-api', () => {
  let api: RunningQueryApi;

  beforeAll(async () => {
    api = await RunningQueryApi.start({ clock: new ManualClock(noon) });
    await api.log.append(life('card_a', 5));
    await api.caughtUp();
  });

  afterAll(() => api.remove());

  it('tells how far each view is', async () => {
    const { body } = await api.get('/v1/views');
    const items = body['items'] as readonly Item[];
    expect(items.map((item) => [item['view'], item['lagRecords']])).toEqual([
      ['payments', 0],
      ['cards', 0],
      ['analytics', 0],
    ]);
    expect(items[2]?.['parts']).toMatchObject([
      {
        part: 'categories',
        topic: 'card-events',
        generation: 1,
        lanes: [{ state: 'running' }, {}, {}, {}],
      },
    ]);
  });

  it('rebuilds a view on request, equal row for row, and is followed meanwhile', async () => {
    const started = await api.post('/v1/views/analytics/rebuilds', { compare: true });
    expect(started.status).toBe(202);
    const path = started.headers.get('location') ?? '';
    let rebuild = started;
    for (let asked = 0; asked < 2_000 && rebuild.body['state'] !== 'done'; asked += 1) {
      rebuild = await api.get(path);
      expect(rebuild.body['state']).not.toBe('failed');
    }
    rebuildSchema.parse(rebuild.body);
    expect(rebuild.body).toMatchObject({
      view: 'analytics',
      state: 'done',
      progress: { state: 'live', partNumber: 1, partCount: 1 },
      parts: [{ part: 'categories', generation: 2, differentRows: 0 }],
    });
    const after = await api.get('/v1/analytics/categories');
    expect((after.body['rows'] as Item[]).length).toBe(5);
  });

  it('takes one rebuild of a view at a time', async () => {
    const [first, second] = await Promise.all([
      api.post('/v1/views/payments/rebuilds'),
      api.post('/v1/views/payments/rebuilds'),
    ]);
    expect([first?.status, second?.status].sort()).toEqual([202, 409]);
    const refused = [first, second].find((answer) => answer?.status === 409);
    expect(refused?.body['code']).toBe('VIEW_REBUILD_RUNNING');
    expect(refused?.headers.get('location')).toMatch(/^\/v1\/views\/payments\/rebuilds\//);
  });

  it('keeps its cursors over a restart, and tells positions without projectors', async () => {
    const { body } = await api.get('/v1/payments?limit=1');
    const folder = await api.stop();
    api = await RunningQueryApi.start({ clock: new ManualClock(noon), folder, projectors: false });
    const cursor = encodeURIComponent(String(body['next']));
    const { status, body: page } = await api.get(`/v1/payments?limit=1&cursor=${cursor}`);
    expect([status, (page['items'] as Item[])[0]?.['paymentId']]).toEqual([200, 'pay_2']);
    const views = (await api.get('/v1/views')).body['items'] as readonly Item[];
    expect(views[0]).toMatchObject({
      lagRecords: 0,
      lagSeconds: null,
      parts: [{ lanes: [{ state: 'elsewhere' }, {}, {}, {}] }, {}],
    });
    const rebuild = await api.post('/v1/views/payments/rebuilds');
    expect([rebuild.status, rebuild.body['code']]).toEqual([409, 'VIEW_NOT_PROJECTED_HERE']);
  });
});
