import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { partitionFor, type RecordToAppend } from '@millrace/event-log';
import { cardAggregate } from '@millrace/payments';
import { createHttpApp, EventLogModule, loadConfig, openEventLog } from '@millrace/platform';
import { InProcessCacheView } from '@millrace/projections';
import { AggregateRun, authorize, cardEventRecord, ManualClock, openCard } from '@millrace/testkit';
import { CACHE_PROJECTOR, openCacheStores, type ViewProjector } from '@millrace/views';
import type { DynamicModule } from '@nestjs/common';
import { CacheProjectorModule } from './cache-projector.module';

const LANES = 2;
const clock = new ManualClock(1_000_000);

const records: readonly RecordToAppend[] = (() => {
  const run = new AggregateRun(cardAggregate, 'card_1');
  run.run(openCard(), clock.nowMs());
  run.run(authorize(), clock.nowMs());
  const rows = [...run.rows].map(([key, row]) => ({
    topic: 'card-state',
    partition: partitionFor('card_1', LANES),
    key,
    value: JSON.stringify(row),
    headers: { schemaversion: '1', writerepoch: '0' },
  }));
  const events = run.events.map((event, index) =>
    cardEventRecord(event, { version: index + 1, lanes: LANES }),
  );
  return [...events, ...rows];
})();

const running = async (module: DynamicModule) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'cache-projector-'));
  const overrides = {
    MILLRACE_PORT: 0,
    MILLRACE_DATA: folder,
    MILLRACE_LANES: LANES,
    MILLRACE_LOG_LEVEL: 'silent',
  };
  const config = loadConfig({}, overrides);
  const { log } = await openEventLog(config, { clock, command: 'test' });
  const app = await createHttpApp([EventLogModule.using(log), module], config, {
    name: 'test',
    clock,
  });
  const url = await app.listen();
  const projector: ViewProjector = app.nest.get(CACHE_PROJECTOR);
  const stop = async (): Promise<void> => {
    await app.close();
    await log.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { log, url, projector, stop };
};

const until = async (condition: () => Promise<boolean>): Promise<void> => {
  for (let turn = 0; turn < 2_000; turn += 1) if (await condition()) return;
  throw new Error('the condition was never met');
};

describe('cache-projector', () => {
  it('fills its view by being imported, and says that it is ready', async () => {
    const stores = openCacheStores((view) => new InProcessCacheView(view));
    const here = await running(CacheProjectorModule.using(stores));
    await here.log.append(records);
    expect(await here.projector.whenCaughtUp(AbortSignal.timeout(5_000))).toBe(true);
    expect((await stores.cards.list('card_1', 10)).length).toBe(1);
    const ready = await fetch(`${here.url}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ checks: [{ name: 'view cards', ok: true }] });
    const metrics = await (await fetch(`${here.url}/metrics`)).text();
    expect(metrics).toMatch(/view_records_total\{part="\w+",lane="\d"\} [1-9]/);
    await here.stop();
  });

  it('is not ready once a lane has stopped at a record that cannot be read', async () => {
    const here = await running(
      CacheProjectorModule.using(openCacheStores((view) => new InProcessCacheView(view))),
    );
    await here.log.append([
      {
        topic: 'card-state',
        partition: 1,
        key: 'card_1/pay_1',
        value: '{',
        headers: { schemaversion: '9' },
      },
    ]);
    await until(async () => (await fetch(`${here.url}/readyz`)).status === 503);
    const report = await (await fetch(`${here.url}/readyz`)).json();
    expect(report).toMatchObject({ ok: false, checks: [{ ok: false }] });
    await here.stop();
  });
});
