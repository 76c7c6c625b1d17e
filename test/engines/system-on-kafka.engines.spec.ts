/** The whole system on three brokers, as the process that an operator starts: by configuration alone. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { judgeTopic } from '../../tools/stack/index';
import { CliProcess, type Ended } from '../e2e/cli-process';
import { kafkaUnderTest } from './clusters';

const READY = /ready after [\d.]+ (?:ms|s): (http:\/\/127\.0\.0\.1:\d+)/;
const TOLD = /Ordinary payments go on at/;
const STATUS = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC {2}/gm;

const alertList = z.object({
  items: z.array(z.object({ alertId: z.string(), ruleId: z.string(), cardId: z.string() })),
});
const liveCard = z.object({ blocked: z.boolean() });
const paymentList = z.object({
  items: z.array(z.object({ status: z.string(), occurredAt: z.iso.datetime() })),
});
const viewList = z.object({
  items: z.array(
    z.object({
      parts: z.array(z.object({ lanes: z.array(z.object({ lagRecords: z.number() })) })),
    }),
  ),
});
const cardEvent = z.object({ paymentId: z.string(), requestHash: z.string() });

const answerOf = async <T>(schema: z.ZodType<T>, url: string): Promise<T> => {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return schema.parse(await response.json());
};

/** Asks until the answer is as wanted: a view shows an event a moment after its commit. */
const answerOnce = async <T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> => {
  const deadlineMs = Date.now() + 60_000;
  for (;;) {
    const value = await read();
    if (holds(value) || Date.now() > deadlineMs) return value;
  }
};

const urlOf = (cli: CliProcess): string => READY.exec(cli.stdout)?.[1] ?? '';

describe('the system on Kafka', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-on-kafka-'));
  const data = join(folder, 'data');
  const namespace = `system-${randomBytes(4).toString('hex')}`;
  const log = `kafka://${kafkaUnderTest.three().bootstrap.join(',')}/${namespace}`;
  const settings = { MILLRACE_LANES: '4' };
  const started: CliProcess[] = [];
  const onKafka = (command: string, more: readonly string[] = [], at = data) =>
    [command, '--log', log, '--data', at, ...more] as const;
  const demo = (): CliProcess => {
    const cli = CliProcess.start(onKafka('demo', ['--port', '0']), folder, settings);
    started.push(cli);
    return cli;
  };
  const run = (args: readonly string[]): Promise<Ended> => CliProcess.run(args, folder, settings);
  let first: CliProcess;
  let again: CliProcess;
  let lastOfFirstRunMs = 0;
  let alertsOfFirstRun: z.output<typeof alertList>['items'] = [];

  beforeAll(async () => {
    first = demo();
    await first.printed(TOLD);
  });

  afterAll(async () => {
    await Promise.all(started.map((cli) => cli.kill()));
    rmSync(folder, { recursive: true, force: true });
  });

  it('raises the alert, blocks the card and declines the rest of the story', async () => {
    expect(first.stdout).toMatch(/^ALERT .*action block: 5 or more payments in 3 or more/m);
    expect(first.stdout).toMatch(/^authorized +6 of 23 +23 of 23$/m);
    expect(first.stdout).toMatch(/^saved +11,862\.06 EUR +0\.00 EUR$/m);
    const url = urlOf(first);
    const alerts = await answerOnce(
      () => answerOf(alertList, `${url}/v1/alerts`),
      ({ items }) => items.length > 1,
    );
    alertsOfFirstRun = alerts.items;
    expect(new Set(alerts.items.map(({ cardId }) => cardId))).toEqual(new Set(['card_story']));
    const card = await answerOnce(
      () => answerOf(liveCard, `${url}/v1/cards/card_story/live`),
      ({ blocked }) => blocked,
    );
    expect(card.blocked).toBe(true);
    const declined = await answerOnce(
      () => answerOf(paymentList, `${url}/v1/payments?cardId=card_story&status=declined`),
      ({ items }) => items.length >= 17,
    );
    expect(declined.items).toHaveLength(17);
  });

  it('counts what happens on Kafka', async () => {
    const metrics = await (await fetch(`${urlOf(first)}/metrics`)).text();
    expect(metrics).toMatch(/^millrace_kafka_rebalances_total [1-9]/m);
    expect(metrics).toMatch(/^millrace_kafka_writers_in_doubt_total 0$/m);
    expect(metrics).toMatch(/^millrace_kafka_writers_fenced_total 0$/m);
  });

  it('is found by the command line through its data folder', async () => {
    const status = await run(['status', '--data', data]);
    expect(status).toMatchObject({ code: 0 });
    expect(status.stdout).toMatch(/^analytics +categories +card-events +running/m);
    const doctor = await run(['doctor', '--data', data]);
    expect(doctor).toMatchObject({ code: 0, stderr: '' });
    expect(doctor.stdout).toContain(`in use by process ${first.pid} (millrace demo`);
    expect(doctor.stdout).toMatch(/^card-events +4 +delete +for ever +as declared$/m);
    expect(doctor.stdout).toContain('nothing refuses the start');
  });

  it('rebuilds a view from the log, equal row for row', async () => {
    const replay = await run(['replay', '--view', 'payments', '--data', data]);
    expect(replay).toMatchObject({ code: 0 });
    expect(replay.stdout).not.toContain('DIFFER');
  });

  it('refuses a second process on the folder in one sentence, exit code 5', async () => {
    const second = await run(onKafka('demo', ['--port', '0']));
    expect(second).toMatchObject({ code: 5, stdout: '' });
    expect(second.stderr.trim().split('\n')).toHaveLength(1);
    expect(second.stderr).toContain(`is in use by process ${first.pid} (millrace demo`);
    expect(second.stderr).toContain('[EVENT_LOG_IN_USE]');
  });

  it('ends with exit code 0 at Ctrl-C', async () => {
    const newest = await answerOf(paymentList, `${urlOf(first)}/v1/payments?limit=1`);
    lastOfFirstRunMs = Date.parse(newest.items[0]?.occurredAt ?? '');
    expect(await first.interrupt()).toMatchObject({ code: 0, signal: null, stderr: '' });
  });

  it('goes on from the log at the second start, without a second story', async () => {
    again = demo();
    await again.printed(TOLD);
    const url = urlOf(again);
    expect(again.stdout).not.toMatch(/after the commit of the payment that crossed/);
    expect((await answerOf(alertList, `${url}/v1/alerts`)).items).toEqual(alertsOfFirstRun);
    const story = `${url}/v1/payments?cardId=card_story&limit=200`;
    expect((await answerOf(paymentList, story)).items).toHaveLength(23);
    const since = new Date(lastOfFirstRunMs + 1).toISOString();
    const flowing = () => answerOf(paymentList, `${url}/v1/payments?from=${since}&limit=1`);
    const next = await answerOnce(flowing, ({ items }) => items.length > 0);
    expect(next.items).toHaveLength(1);
  });

  it('goes on by itself when a broker is killed', async () => {
    const cluster = kafkaUnderTest.three();
    const newest = () => answerOf(paymentList, `${urlOf(again)}/v1/payments?limit=1`);
    await cluster.broker(2).kill();
    try {
      // Brokers notice within 3 s; 20 s of payments after that are no leftovers.
      const killedMs = Date.parse((await newest()).items[0]?.occurredAt ?? '');
      const later = await answerOnce(
        newest,
        ({ items }) => Date.parse(items[0]?.occurredAt ?? '') > killedMs + 20_000,
      );
      expect(Date.parse(later.items[0]?.occurredAt ?? '')).toBeGreaterThan(killedMs + 20_000);
    } finally {
      await cluster.broker(2).start();
      await cluster.inSync();
    }
    const end = await again.interrupt();
    expect(end).toMatchObject({ code: 0, signal: null, stderr: '' });
    const shown = [...end.stdout.matchAll(STATUS)].map(([, time = '']) =>
      Date.parse(`${time.replace(' ', 'T')}Z`),
    );
    expect(Math.min(...shown)).toBeGreaterThanOrEqual(lastOfFirstRunMs - 1_000);
  });

  it('fills the views of a new data folder from the log', async () => {
    const elsewhere = join(folder, 'elsewhere');
    const status = await run(onKafka('status', ['--json'], elsewhere));
    expect(status.code).toBe(0);
    const { items } = viewList.parse(JSON.parse(status.stdout));
    expect(items).toHaveLength(3);
    const up = CliProcess.start(onKafka('up', ['--port', '0'], elsewhere), folder, settings);
    started.push(up);
    const [, url = ''] = await up.complained(/serving \S+ at (http:\/\/127\.0\.0\.1:\d+)/);
    const views = await answerOnce(
      () => answerOf(viewList, `${url}/v1/views`),
      (of) => lagOf(of) === 0,
    );
    expect(lagOf(views)).toBe(0);
    expect((await answerOf(alertList, `${url}/v1/alerts`)).items).toEqual(alertsOfFirstRun);
    expect(await up.interrupt()).toMatchObject({ code: 0 });
  });

  it("has each payment once by the count of Kafka's own consumer", async () => {
    const records = await judgeTopic(kafkaUnderTest.three(), `${namespace}.card-events`);
    const decided = records.flatMap(({ key, value }) => {
      const event = cardEvent.safeParse(JSON.parse(value ?? '{}'));
      return event.success ? [{ key, paymentId: event.data.paymentId }] : [];
    });
    const ids = decided.map(({ paymentId }) => paymentId);
    expect(ids.length).toBeGreaterThan(3_000);
    expect(new Set(ids).size).toBe(ids.length);
    expect(decided.filter(({ key }) => key === 'card_story')).toHaveLength(23);
  });

  it('is known to its data folder: another kind of log is refused beside its views', async () => {
    const status = await run(['status', '--data', data]);
    expect(status).toMatchObject({ code: 0 });
    const embedded = await run(['up', '--log', 'embedded', '--data', data, '--port', '0']);
    expect(embedded).toMatchObject({ code: 5, stdout: '' });
    expect(embedded.stderr).toContain(`belongs to the log ${log}`);
    expect(embedded.stderr).toContain('[DATA_FOLDER_OTHER_LOG]');
  });
});

const lagOf = ({ items }: z.output<typeof viewList>): number =>
  items
    .flatMap(({ parts }) => parts.flatMap(({ lanes }) => lanes))
    .reduce((sum, { lagRecords }) => sum + lagRecords, 0);
