import { createSimulatedLog, type SimulatedLog } from '@millrace/event-log/testing';
import type { Alert } from '@millrace/fraud';
import {
  createHttpApp,
  EventLogModule,
  type HttpApp,
  loadConfig,
  topicCatalogue,
} from '@millrace/platform';
import { at, authorized, cardEventRecord, ManualClock, seconds } from '@millrace/testkit';
import { StreamProcessorModule } from './stream-processor.module';

const LANES = 2;
const T0 = at('2025-03-01T10:00:00Z');

const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (let turn = 0; turn < 5_000; turn += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('what was awaited did not come');
};

describe('stream-processor', () => {
  let log: SimulatedLog;
  let app: HttpApp;
  let url: string;

  const start = async (): Promise<void> => {
    const overrides = { MILLRACE_PORT: 0, MILLRACE_LOG_LEVEL: 'silent', MILLRACE_LANES: LANES };
    const modules = [EventLogModule.using(log.client()), StreamProcessorModule];
    app = await createHttpApp(modules, loadConfig({}, overrides), {
      name: 'test',
      clock: new ManualClock(T0),
    });
    url = await app.listen();
  };

  const pay = (n: number, country: string) => {
    const event = authorized({ paymentId: `pay_${n}`, country, occurredAtMs: T0 + seconds(n) });
    return log.append([cardEventRecord(event, { version: n, lanes: LANES })]);
  };

  const alerts = async (): Promise<readonly Alert[]> => {
    const lanes = Array.from({ length: LANES }, (_, partition) => partition);
    const reader = await log.openReader(
      lanes.map((partition) => ({ topic: 'alert-events', partition, offset: 0 })),
    );
    const batches = await reader.poll({ maxWaitMs: 0 });
    await reader.close();
    return batches.flatMap(({ records }) =>
      records.map((record): Alert => JSON.parse(String(record.value))),
    );
  };

  beforeEach(async () => {
    log = createSimulatedLog({ seed: 3, clock: new ManualClock(T0) });
    await log.ensureTopics(topicCatalogue({ lanes: LANES, commandResultsMs: 86_400_000 }));
    await start();
  });

  afterEach(async () => {
    await app.close();
    await log.close();
  });

  it('detects, is ready, and shows its load by the names of Flink', async () => {
    for (const [n, country] of ['BE', 'FR', 'FR', 'BE', 'DE'].entries()) await pay(n + 1, country);
    await until(async () => (await alerts()).length === 2);
    for (const path of ['/readyz', '/startupz', '/livez']) {
      expect((await fetch(`${url}${path}`)).status).toBe(200);
    }
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('inputQueueLength{topology="detect",lane="');
    expect(metrics).toContain('# HELP backPressuredTimeMsPerSecond');
    expect(metrics).toMatch(/stream_records_in_total\{topology="detect",lane="\d"\} 5/);
  });

  it('goes on after a stop where it was, in the middle of a burst', async () => {
    for (const [n, country] of ['BE', 'FR', 'FR', 'BE'].entries()) await pay(n + 1, country);
    await app.close();
    await start();
    await pay(5, 'DE');
    await until(async () => (await alerts()).length === 2);
    expect((await alerts()).map(({ crossedBy, values }) => [crossedBy, values])).toEqual([
      ['pay_5', { count: 5, countries: 3 }],
      ['pay_5', { count: 5, countries: 3 }],
    ]);
  });

  it('is not ready when a lane stands before a record that it cannot read, and says why', async () => {
    const event = authorized({ occurredAtMs: T0 });
    const record = cardEventRecord(event, { lanes: LANES });
    await log.append([{ ...record, value: '{"cut' }]);
    const answer = async () => {
      const response = await fetch(`${url}/readyz`);
      return { status: response.status, text: await response.text() };
    };
    await until(async () => (await answer()).status === 503);
    expect((await answer()).text).toContain(`card-events/${record.partition} offset 0`);
  });
});
