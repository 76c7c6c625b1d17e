import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rowsOf } from '@millrace/projections';
import { contractIndex, contractRollup, InProcessSearchIndex } from '@millrace/projections/testing';
import {
  openPgliteViews,
  PostgresAnalyticsStore,
  PostgresSearchIndex,
  ViewsInUseError,
  type WipeReason,
} from '.';

/** Made once: each test works on a copy. */
const template = mkdtempSync(join(tmpdir(), 'views-template-'));
let folder: string;
let wipes: WipeReason[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'views-'));
  cpSync(template, folder, { recursive: true });
  wipes = [];
});

beforeAll(async () => {
  await (await openPgliteViews({ folder: template, logIncarnation: 'log-1' })).close();
});

afterAll(() => rmSync(template, { recursive: true, force: true }));

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (logIncarnation = 'log-1') =>
  openPgliteViews({ folder, logIncarnation, onWiped: (reason) => wipes.push(reason) });

const book = (at: number, version = 1) => ({
  key: `book/${at % 50}`,
  version,
  fields: { sku: `sku-${at % 50}`, title: `title ${version}`, pages: at, printedAtMs: version },
});

const batch = (from: number, count: number) => ({
  generation: 1,
  lane: 0,
  expectedNext: from,
  next: from + count,
});

/** Leaves a folder with one book in it. */
const filled = async (): Promise<void> => {
  const client = await open();
  const index = await PostgresSearchIndex.open(client, contractIndex);
  await index.apply({ ...batch(0, 1), changes: [book(1)] });
  index.close();
  await client.close();
};

const keys = async (logIncarnation?: string): Promise<readonly string[]> => {
  const client = await open(logIncarnation);
  const index = await PostgresSearchIndex.open(client, contractIndex);
  const found = await index.search({ limit: 10 });
  index.close();
  await client.close();
  return found.documents.map(({ key }) => key);
};

describe('a folder of views', () => {
  it('keeps what it holds over a restart', async () => {
    await filled();
    expect(await keys()).toEqual(['book/1']);
    expect(wipes).toEqual([]);
  });

  it('is refused while it is open', async () => {
    const client = await open();
    await expect(open()).rejects.toThrow(ViewsInUseError);
    await client.close();
  });

  it('is wiped when the log is another one', async () => {
    await filled();
    expect(await keys('log-2')).toEqual([]);
    expect(wipes).toEqual(['other-log']);
  });

  it('is wiped when the database does not open', async () => {
    await filled();
    writeFileSync(join(folder, 'pg', 'global', 'pg_control'), 'torn');
    expect(await keys()).toEqual([]);
    expect(wipes).toEqual(['damaged']);
  });

  it('is wiped when the machine went down while it was open', async () => {
    await filled();
    const state = JSON.parse(readFileSync(join(folder, 'views.json'), 'utf8'));
    writeFileSync(
      join(folder, 'views.json'),
      JSON.stringify({ ...state, phase: 'open', boot: 'x' }),
    );
    expect(await keys()).toEqual([]);
    expect(wipes).toEqual(['machine-restarted']);
  });

  it('drops a view whose definition has changed, and says so', async () => {
    await filled();
    const client = await open();
    const reset: string[] = [];
    const changed = { ...contractIndex, filters: ['sku'], selective: [] };
    const index = await PostgresSearchIndex.open(client, changed, {
      onReset: (v) => reset.push(v),
    });
    expect(reset).toEqual(['shelf']);
    expect((await index.search({ limit: 1 })).documents).toEqual([]);
    expect(await index.generations()).toEqual([{ generation: 2, live: true }]);
    index.close();
    await client.close();
  });
});

/** Applies batches of books and sales as fast as it can, until it is killed. */
const writer = (folderOfViews: string): string => `
  const { openPgliteViews, PostgresSearchIndex, PostgresAnalyticsStore } = require('@millrace/views-postgres');
  const { contractIndex, contractRollup } = require('@millrace/projections/testing');
  const batch = ${batch.toString()};
  const book = ${book.toString()};
  const next = async (store) => (await store.checkpoints(1))[0]?.next ?? 0;
  (async () => {
    const client = await openPgliteViews({ folder: ${JSON.stringify(folderOfViews)}, logIncarnation: 'log-1' });
    const index = await PostgresSearchIndex.open(client, contractIndex);
    const sums = await PostgresAnalyticsStore.open(client, contractRollup);
    process.stdout.write('writing ');
    const run = async (store, changeOf) => {
      for (let from = await next(store); ; from += 20) {
        const changes = Array.from({ length: 20 }, (_, at) => changeOf(from + at));
        await store.apply({ ...batch(from, 20), changes });
        process.stdout.write('.');
      }
    };
    await Promise.all([
      run(index, (at) => book(at, at + 1)),
      run(sums, (at) => ({ atMs: 0, dimensions: ['c' + (at % 3), 'EUR'], measures: [1, at] })),
    ]);
  })();`;

describe('kill -9', () => {
  const fold = async (events: number): Promise<readonly unknown[]> => {
    const index = new InProcessSearchIndex(contractIndex);
    const changes = Array.from({ length: events }, (_, at) => book(at, at + 1));
    await index.apply({ ...batch(0, events), changes });
    return index.rows(1, { limit: 10_000 });
  };

  it('leaves views that equal the fold of the log up to their checkpoint', async () => {
    let applied = 0;
    for (let round = 0; round < 3; round += 1) {
      const child = spawn(process.execPath, ['-e', writer(folder)], {
        cwd: join(__dirname, '..', '..', '..'),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exited = once(child, 'exit');
      let output = '';
      for await (const chunk of child.stdout) {
        output += chunk;
        if (output.length > 30 + round * 37) child.kill('SIGKILL');
      }
      await exited;
      const client = await open();
      const index = await PostgresSearchIndex.open(client, contractIndex);
      const sums = await PostgresAnalyticsStore.open(client, contractRollup);
      const documents = (await index.checkpoints(1))[0]?.next ?? 0;
      const sales = (await sums.checkpoints(1))[0]?.next ?? 0;
      const rows = [];
      for await (const row of rowsOf(index, 1)) rows.push(row);
      expect(rows).toEqual(await fold(documents));
      const asked = { fromMs: 0, toMs: 1, bucketMs: 3_600_000, groupBy: [], limit: 1 };
      const [sum] = (await sums.query(asked)).rows;
      const folded = { count: sales, sumMinor: (sales * (sales - 1)) / 2 };
      expect(sum?.measures ?? { count: 0, sumMinor: 0 }).toEqual(
        sales === 0 ? { count: 0, sumMinor: 0 } : folded,
      );
      expect(documents).toBeGreaterThanOrEqual(applied);
      applied = documents;
      index.close();
      sums.close();
      await client.close();
    }
    expect(applied).toBeGreaterThan(0);
    expect(wipes).toEqual([]);
  });
});
