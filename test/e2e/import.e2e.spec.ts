/** The importer as a process: totals, rejects, repeats, a kill in the middle, replay, usage errors. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { CliProcess } from './cli-process';
import { totalsOf } from './file-totals';
import { HEADER, labelledLines, readLabelledFile, writeLabelledFile } from './labelled-file';

jest.setTimeout(400_000);

const SEED = 20_180_405;
const SERVING = /at (http:\/\/127\.0\.0\.1:\d+); Ctrl-C stops it/;
const shape = { customers: 60, terminals: 200, fromMs: Date.UTC(2018, 3, 29, 12) } as const;

const lane = z.object({ lane: z.int(), position: z.int(), end: z.int(), lagRecords: z.int() });
const part = z.object({ part: z.string(), topic: z.string(), lanes: z.array(lane) });
const views = z.object({
  items: z.array(z.object({ view: z.string(), lagRecords: z.int(), parts: z.array(part) })),
});
const totals = z.object({ rows: z.array(z.unknown()), truncated: z.boolean() });
const rebuild = z.object({
  state: z.string(),
  parts: z.array(z.object({ equalRows: z.int(), differentRows: z.int() })),
});
const importJob = z.object({ state: z.string(), progress: z.object({ payments: z.int() }) });
const holder = z.object({ address: z.string() });

const root = mkdtempSync(join(tmpdir(), 'millrace-import-'));
const started: CliProcess[] = [];

const millrace = (...args: readonly string[]) => CliProcess.run(args, root);

const serve = async (data: string): Promise<{ readonly cli: CliProcess; readonly url: string }> => {
  const cli = CliProcess.start(['up', '--data', data, '--port', '0'], root);
  started.push(cli);
  const [, url = ''] = await cli.complained(SERVING);
  return { cli, url };
};

const categoryTotals = async (url: string) => {
  const response = await fetch(`${url}/v1/analytics/categories?limit=10000`);
  return totals.parse(await response.json());
};

const statusOf = async (data: string) => {
  const status = await millrace('status', '--json', '--data', data);
  expect(status.code).toBe(0);
  return views.parse(JSON.parse(status.stdout)).items;
};

afterAll(async () => {
  await Promise.all(started.map((cli) => cli.kill()));
  rmSync(root, { recursive: true, force: true });
});

describe('importing a file', () => {
  const data = join(root, 'data-clean');
  const file = join(root, 'clean.csv.gz');
  let url = '';
  let server: CliProcess;

  beforeAll(() => {
    writeLabelledFile(
      file,
      labelledLines({ ...shape, seed: SEED, payments: 3_000, meanGapMs: 80_000 }),
    );
  });

  it('ends with exit code 0 and counts what it imported', async () => {
    const expected = totalsOf(readLabelledFile(file).slice(1));
    const declined = expected.reduce((sum, of) => sum + of.declinedPayments, 0);
    const disputed = expected.reduce((sum, of) => sum + of.disputedPayments, 0);
    expect(declined).toBeGreaterThan(0);
    expect(disputed).toBeGreaterThan(0);

    const end = await millrace('import', file, '--data', data);
    expect(end.code).toBe(0);
    expect(end.stdout).toContain(
      `3,000 payments (${declined} declined) and ${disputed} fraud labels in `,
    );
    expect(existsSync(join(data, 'rejects.csv'))).toBe(false);
  });

  it('leaves every view without lag', async () => {
    ({ cli: server, url } = await serve(data));
    const items = await statusOf(data);
    expect(items.map(({ view, lagRecords }) => [view, lagRecords])).toEqual([
      ['payments', 0],
      ['cards', 0],
      ['analytics', 0],
    ]);
    const read = items.flatMap(({ parts }) => parts).flatMap(({ lanes }) => lanes);
    expect(read.map(({ position }) => position)).toEqual(read.map(({ end }) => end));
  });

  it('has the totals by category and hour that the file has', async () => {
    const { rows, truncated } = await categoryTotals(url);
    expect(truncated).toBe(false);
    expect(rows).toEqual(totalsOf(readLabelledFile(file).slice(1)));
  });

  it('changes nothing when it is run again', async () => {
    const before = await statusOf(data);
    const end = await millrace('import', file, '--data', data);
    expect(end.code).toBe(0);
    expect(end.stdout).toMatch(/commands were imported before: unchanged/);
    expect(await statusOf(data)).toEqual(before);
  });

  it('refuses unknown columns, an empty file and a missing one, each in one sentence', async () => {
    const other = join(root, 'other.csv');
    writeFileSync(other, `${HEADER.replace('tx_amount', 'amount')}\n0,x\n`);
    const empty = join(root, 'empty.csv');
    writeFileSync(empty, '');
    const fresh = join(root, 'data-refused');
    const told = async (of: string) => {
      const end = await millrace('import', of, '--data', fresh);
      expect(end).toMatchObject({ code: 1, stdout: '' });
      expect(end.stderr.trim().split('\n')).toHaveLength(1);
      return end.stderr;
    };
    expect(await told(other)).toMatch(
      /unknown columns: amount; missing columns: tx_amount.*\[IMPORT_COLUMNS_UNKNOWN\]/,
    );
    expect(await told(empty)).toMatch(/the file is empty.*\[IMPORT_COLUMNS_UNKNOWN\]/);
    expect(await told(join(root, 'none.csv'))).toMatch(
      /cannot read .*none\.csv: ENOENT.*\[IMPORT_FILE_UNREADABLE\]/,
    );
    expect(existsSync(fresh)).toBe(false);
  });

  it('is rebuilt by replay with equal rows', async () => {
    expect(await server.interrupt()).toMatchObject({ code: 0, signal: null });
    const end = await millrace('replay', '--view', 'analytics', '--json', '--data', data);
    expect(end.code).toBe(0);
    const expected = totalsOf(readLabelledFile(file).slice(1)).length;
    const { state, parts } = rebuild.parse(JSON.parse(end.stdout));
    expect(state).toBe('done');
    expect(parts.map(({ differentRows }) => differentRows)).toEqual([0]);
    expect(parts[0]?.equalRows).toBeGreaterThanOrEqual(expected);
  });
});

describe('importing a file with malformed lines', () => {
  it('lists them with line number and reason, imports the rest, exit code 1', async () => {
    const good = labelledLines({ ...shape, seed: SEED + 1, payments: 300, meanGapMs: 60_000 });
    const [before, after] = [good.slice(0, 100), good.slice(100)];
    const bad = [
      ['9001,2018-04-31 10:00:00,1,2,5.00,0,0', 'tx_datetime is not YYYY-MM-DD HH:MM:SS'],
      ['9002,2018-04-30 10:00:00,1,2,-5.00,0,0', 'tx_amount is negative'],
      ['9003,2018-04-30 10:00:00,1,2,5.001,0,0', 'tx_amount has a fraction of a cent'],
      ['9004,2018-04-30 10:00:00,1,2,five,0,0', 'tx_amount is not a decimal number'],
      ['9005,2018-04-30 10:00:00,1,2,5.00,2,0', 'tx_fraud is neither 0 nor 1'],
      ['9006,2018-04-30 10:00:00,1,2', '4 fields instead of 7'],
      ['pay,2018-04-30 10:00:00,1,2,5.00,0,0', 'transaction_id is not a number'],
    ] as const;
    const file = join(root, 'malformed.csv');
    writeLabelledFile(file, [...before, ...bad.map(([line]) => line), ...after]);
    const data = join(root, 'data-malformed');

    const end = await millrace('import', file, '--data', data);

    expect(end.code).toBe(1);
    expect(end.stdout).toMatch(/^300 payments/);
    expect(end.stdout).toContain(`7 lines refused, listed in ${join(data, 'rejects.csv')}`);
    // The header is line 1 and a hundred good lines come first.
    const listed = bad.map(([line, reason], index) => `${102 + index},"${reason}","${line}"`);
    expect(readFileSync(join(data, 'rejects.csv'), 'utf8')).toBe(
      `${['line,reason,content', ...listed].join('\n')}\n`,
    );
  });
});

describe('an import that is killed', () => {
  it('goes on at the next run to the same totals', async () => {
    const file = join(root, 'killed.csv.gz');
    const payments = 12_000;
    writeLabelledFile(
      file,
      labelledLines({ ...shape, seed: SEED + 2, payments, meanGapMs: 20_000 }),
    );
    const data = join(root, 'data-killed');
    const killed = CliProcess.start(['import', file, '--data', data], root);
    started.push(killed);
    // The first progress line comes as soon as the import runs.
    await killed.complained(/^import: /m);
    const { address } = holder.parse(
      JSON.parse(readFileSync(join(data, 'log', 'holder.json'), 'utf8')),
    );
    for (;;) {
      const job = importJob.parse(await (await fetch(`${address}/v1/imports/imp_1`)).json());
      expect(job.state).toBe('running');
      if (job.progress.payments > 0) break;
    }
    expect(await killed.kill()).toMatchObject({ code: null, signal: 'SIGKILL', stdout: '' });

    const { cli, url } = await serve(data);
    const end = await millrace('import', file, '--data', data);
    expect(end.code).toBe(0);
    expect(end.stdout).toMatch(/^12,000 payments/);
    expect(end.stdout).toMatch(/^[\d,]+ commands were imported before: unchanged$/m);
    const { rows } = await categoryTotals(url);
    expect(rows).toEqual(totalsOf(readLabelledFile(file).slice(1)));
    expect((await cli.interrupt()).code).toBe(0);
  });
});

describe('usage', () => {
  it('shows examples with --help, exit code 0', async () => {
    const end = await millrace('--help');
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(end.stdout).toMatch(/Examples:\n {2}millrace demo/);
    const ofImport = await millrace('import', '--help');
    expect(ofImport).toMatchObject({ code: 0, stderr: '' });
    expect(ofImport.stdout).toContain('millrace import payments.csv.gz --data ./data-payments');
  });

  it.each([
    [['--nonsense'], /unknown option '--nonsense'/],
    [['import'], /missing required argument 'file'/],
    [['demo', '--rate', '0'], /an integer from 1 to 5000 is wanted/],
  ])('refuses %j with exit code 2', async (args, sentence) => {
    const end = await millrace(...args);
    expect(end).toMatchObject({ code: 2, stdout: '' });
    expect(end.stderr).toMatch(sentence);
  });

  it('says that an empty folder has no data', async () => {
    const end = await millrace('status', '--data', join(root, 'nothing'));
    expect(end).toMatchObject({ code: 1, stdout: '' });
    expect(end.stderr).toMatch(/no data in .*\[CLI_FOLDER_EMPTY\]/);
  });
});
