/** The demo as a newcomer sees it: a fresh folder, a stopped fraud, a second start, a second process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { CliProcess, type Ended } from './cli-process';

jest.setTimeout(400_000);

const READY = /ready after [\d.]+ (?:ms|s): (http:\/\/127\.0\.0\.1:\d+)/;
const TOLD = /Ordinary payments go on at/;
const STATUS = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC {2}/gm;

const alertList = z.object({
  items: z.array(
    z.object({
      alertId: z.string(),
      ruleId: z.string(),
      cardId: z.string(),
      action: z.string(),
      raisedAt: z.iso.datetime(),
      values: z.record(z.string(), z.number()),
      payments: z.array(z.object({ paymentId: z.string(), country: z.string() })),
    }),
  ),
  next: z.null(),
});
const liveCard = z.object({ blocked: z.boolean(), risk: z.object({ level: z.string() }) });
const paymentList = z.object({
  items: z.array(
    z.object({
      paymentId: z.string(),
      status: z.string(),
      declineReason: z.string().optional(),
      occurredAt: z.iso.datetime(),
    }),
  ),
  next: z.string().nullable(),
});

const answerOf = async (url: string): Promise<unknown> => {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return response.json();
};

/** Asks until the answer is as wanted: a view shows an event a moment after its commit. */
const answerOnce = async <T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> => {
  const deadlineMs = Date.now() + 30_000;
  for (;;) {
    const value = await read();
    if (holds(value) || Date.now() > deadlineMs) return value;
  }
};

const read =
  <T>(schema: z.ZodType<T>, url: string) =>
  async () =>
    schema.parse(await answerOf(url));

const printedTimes = (text: string): readonly number[] =>
  [...text.matchAll(STATUS)].map(([, time = '']) => Date.parse(`${time.replace(' ', 'T')}Z`));

describe('npm run demo', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-demo-'));
  const data = join(folder, 'data');
  const started: CliProcess[] = [];
  const demo = (): CliProcess => {
    const cli = CliProcess.start(['demo', '--data', data, '--port', '0'], folder);
    started.push(cli);
    return cli;
  };
  let first: CliProcess;
  let firstEnd: Ended;
  let lastOfFirstRunMs = 0;
  let firstAlerts: z.output<typeof alertList>['items'] = [];

  beforeAll(async () => {
    first = demo();
    await first.printed(TOLD);
  });

  afterAll(async () => {
    await Promise.all(started.map((cli) => cli.kill()));
    rmSync(folder, { recursive: true, force: true });
  });

  it('says that it is ready, and where', () => {
    expect(first.stdout).toMatch(READY);
    expect(first.stdout).toContain(`data folder ${data}`);
    expect(first.stdout).toContain('misused 23 times in 4 countries within 6 h, 12,400.00 EUR');
  });

  it('shows the alert with the values that made it', () => {
    expect(first.stdout).toMatch(
      /^ALERT .*action block: 5 or more payments in 3 or more countries within 5 minutes$/m,
    );
    expect(first.stdout).toMatch(
      /rule countries-5m, card card_story, countries 3 \(bound 3\), count 5 \(bound 5\)/,
    );
    expect(first.stdout).toMatch(/on this screen [\d.]+ (?:ms|s) after the commit/);
  });

  it('compares what was stopped with the nightly batch job', () => {
    expect(first.stdout).toMatch(/^found .* 47 h after the first payment$/m);
    expect(first.stdout).toMatch(/^authorized +6 of 23 +23 of 23$/m);
    expect(first.stdout).toMatch(/^declined +17 of 23 +0 of 23$/m);
    expect(first.stdout).toMatch(/^saved +11,862\.06 EUR +0\.00 EUR$/m);
  });

  it('prints three requests that answer', async () => {
    const [alertsUrl = '', cardUrl = '', declinedUrl = '', ...more] = [
      ...first.stdout.matchAll(/curl -s '([^']+)'/g),
    ].map(([, url = '']) => url);
    expect(more).toEqual([]);

    const alerts = await answerOnce(read(alertList, alertsUrl), ({ items }) => items.length > 1);
    firstAlerts = alerts.items;
    expect(new Set(alerts.items.map(({ cardId }) => cardId))).toEqual(new Set(['card_story']));
    const fast = alerts.items.find(({ ruleId }) => ruleId === 'countries-5m');
    expect(fast).toMatchObject({ action: 'block', values: { countries: 3, count: 5 } });

    const card = await answerOnce(read(liveCard, cardUrl), ({ blocked }) => blocked);
    expect(card).toMatchObject({ blocked: true, risk: { level: 'critical' } });

    const declined = await answerOnce(
      read(paymentList, declinedUrl),
      ({ items }) => items.length >= 17,
    );
    expect(declined.items).toHaveLength(17);
    expect(new Set(declined.items.map((of) => `${of.status} ${of.declineReason}`))).toEqual(
      new Set(['declined card-blocked']),
    );
  });

  it('refuses a second process on the folder in one sentence, exit code 5', async () => {
    const second = await CliProcess.run(['demo', '--data', data, '--port', '0'], folder);
    expect(second.code).toBe(5);
    expect(second.stdout).toBe('');
    expect(second.stderr.trim().split('\n')).toHaveLength(1);
    expect(second.stderr).toContain(`is in use by process ${first.pid} (millrace demo`);
    expect(second.stderr).toContain('[EVENT_LOG_IN_USE]');
  });

  it('ends with exit code 0 at Ctrl-C', async () => {
    const [, url = ''] = READY.exec(first.stdout) ?? [];
    const newest = await read(paymentList, `${url}/v1/payments?limit=1`)();
    lastOfFirstRunMs = Date.parse(newest.items[0]?.occurredAt ?? '');
    firstEnd = await first.interrupt();
    expect(firstEnd).toMatchObject({ code: 0, signal: null });
    expect(firstEnd.stderr).toBe('');
  });

  it('goes on from the data folder at the second start, without a second story', async () => {
    const again = demo();
    await again.printed(TOLD);
    const [, url = ''] = await again.printed(READY);
    expect(again.stdout).toMatch(/^authorized +6 of 23 +23 of 23$/m);
    expect(again.stdout).not.toMatch(/after the commit of the payment that crossed/);

    const alerts = await read(alertList, `${url}/v1/alerts`)();
    expect(alerts.items).toEqual(firstAlerts);
    const story = await read(paymentList, `${url}/v1/payments?cardId=card_story&limit=200`)();
    expect(story.items).toHaveLength(23);

    const since = new Date(lastOfFirstRunMs + 1).toISOString();
    const flowing = `${url}/v1/payments?from=${since}&sort=occurredAt&limit=1`;
    const next = await answerOnce(read(paymentList, flowing), ({ items }) => items.length > 0);
    expect(next.items).toHaveLength(1);

    await again.printed(/\d payments\/s/);
    const end = await again.interrupt();
    expect(end).toMatchObject({ code: 0, signal: null });
    const shown = printedTimes(end.stdout);
    expect(shown.length).toBeGreaterThan(0);
    expect(Math.min(...shown)).toBeGreaterThanOrEqual(lastOfFirstRunMs - 1_000);
  });
});
