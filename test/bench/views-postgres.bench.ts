/**
 * What PGlite takes: documents/s and CPU-µs per payment for the search index and a rollup together,
 * with the memory of the whole process. Alone: `npx tsx test/bench/views-postgres.bench.ts`.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  IndexDefinition,
  RollupDefinition,
  RollupIncrement,
  VersionedDocument,
} from '@millrace/projections';
import {
  openPgliteViews,
  PostgresAnalyticsStore,
  PostgresSearchIndex,
} from '@millrace/views-postgres';

/** Size of the run. */
export interface ViewsBenchOptions {
  readonly payments?: number;
  readonly batch?: number;
}

/** What was measured. */
export interface ViewsBenchResult {
  readonly payments: number;
  readonly batch: number;
  readonly paymentsPerSecond: number;
  /** CPU of all threads but the main one: PGlite. */
  readonly workerCpuMicrosPerPayment: number;
  /** CPU of the main thread: making payments and parameters. */
  readonly mainCpuMicrosPerPayment: number;
  readonly slowestApplyMs: number;
  readonly residentMegabytes: number;
  readonly textSearchMs: number;
  readonly idSearchMs: number;
  readonly cardSearchMs: number;
  readonly smallApplyMs: number;
}

const index: IndexDefinition = {
  name: 'payments',
  fields: {
    paymentId: 'keyword',
    cardId: 'keyword',
    merchantId: 'keyword',
    merchantName: 'text',
    terminalId: 'keyword',
    country: 'keyword',
    category: 'keyword',
    mcc: 'keyword',
    status: 'keyword',
    currency: 'keyword',
    billingCurrency: 'keyword',
    capture: 'keyword',
    amountMinor: 'long',
    billingAmountMinor: 'long',
    authorizedMinor: 'long',
    capturedMinor: 'long',
    refundedMinor: 'long',
    releasedMinor: 'long',
    occurredAtMs: 'date',
    updatedAtMs: 'date',
  },
  words: ['merchantName', 'paymentId', 'cardId', 'merchantId', 'terminalId'],
  filters: [
    'paymentId',
    'cardId',
    'merchantId',
    'terminalId',
    'country',
    'category',
    'status',
    'amountMinor',
    'occurredAtMs',
  ],
  selective: ['paymentId', 'cardId', 'merchantId', 'terminalId'],
  sorts: ['occurredAtMs', 'amountMinor'],
};

const rollup: RollupDefinition = {
  name: 'analytics',
  bucketMs: 3_600_000,
  dimensions: ['category', 'currency', 'kind'],
  measures: ['count', 'sumMinor'],
};

const LANES = 4;
const card = { kind: 'eq', field: 'cardId', value: 'card_77' } as const;
const NAMES = 'acme global store market cafe central north south royal fresh blue green auto'.split(
  ' ',
);
const CATEGORIES = ['groceries', 'fuel', 'travel', 'dining', 'health', 'other'];

/** Runs the measure on a fresh folder. */
export const run = async (options: ViewsBenchOptions = {}): Promise<ViewsBenchResult> => {
  const { payments = 100_000, batch = 1_000 } = options;
  const folder = mkdtempSync(join(tmpdir(), 'views-bench-'));
  const client = await openPgliteViews({ folder, logIncarnation: 'bench' });
  const search = await PostgresSearchIndex.open(client, index);
  const sums = await PostgresAnalyticsStore.open(client, rollup);
  const next = [0, 0, 0, 0];
  let slowestApplyMs = 0;
  const apply = async (from: number, count: number): Promise<void> => {
    const lane = (from / batch) % LANES;
    const ids = Array.from({ length: count }, (_, at) => from + at);
    const place = {
      generation: 1,
      lane,
      expectedNext: next[lane] ?? 0,
      next: (next[lane] ?? 0) + count,
    };
    next[lane] = place.next;
    const began = performance.now();
    const outcomes = await Promise.all([
      search.apply({ ...place, changes: ids.map(documentOf) }),
      sums.apply({ ...place, changes: ids.map(incrementOf) }),
    ]);
    if (outcomes.some(({ kind }) => kind !== 'applied')) throw new Error('a batch was not applied');
    slowestApplyMs = Math.max(slowestApplyMs, performance.now() - began);
  };
  try {
    const before = cpu();
    const began = performance.now();
    for (let from = 0; from < payments; from += batch) await apply(from, batch);
    const seconds = (performance.now() - began) / 1_000;
    const after = cpu();
    const result = {
      payments,
      batch,
      paymentsPerSecond: Math.round(payments / seconds),
      workerCpuMicrosPerPayment: (after.workers - before.workers) / payments,
      mainCpuMicrosPerPayment: (after.main - before.main) / payments,
      slowestApplyMs,
      residentMegabytes: Math.round(process.memoryUsage.rss() / 1e6),
      textSearchMs: await timed(() => search.search({ text: 'acme caf', limit: 20 })),
      idSearchMs: await timed(() => search.search({ text: 'pay_77', limit: 20 })),
      cardSearchMs: await timed(() => search.search({ filters: [card], limit: 20 })),
      smallApplyMs: await timed(() => apply(payments, 10)),
    };
    return result;
  } finally {
    search.close();
    sums.close();
    await client.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

const documentOf = (at: number): VersionedDocument => {
  const merchant = mixed(at) % 10_000;
  const name = (salt: number): string => NAMES[mixed(merchant + salt) % NAMES.length] ?? '';
  const occurredAtMs = 1_522_540_800_000 + at * 4_000;
  const amountMinor = mixed(at + 2) % 10_000;
  return {
    key: `card_${mixed(at + 1) % 5_000}/pay_${at}`,
    version: 1,
    fields: {
      paymentId: `pay_${at}`,
      cardId: `card_${mixed(at + 1) % 5_000}`,
      merchantId: `mer_${merchant}`,
      merchantName: `${name(1)} ${name(2)} ${name(3)}`,
      terminalId: `term_${merchant}`,
      country: 'BE',
      category: CATEGORIES[merchant % CATEGORIES.length] ?? '',
      mcc: '5411',
      status: 'captured',
      currency: 'EUR',
      billingCurrency: 'EUR',
      capture: 'immediate',
      amountMinor,
      billingAmountMinor: amountMinor,
      authorizedMinor: amountMinor,
      capturedMinor: amountMinor,
      refundedMinor: 0,
      releasedMinor: 0,
      occurredAtMs,
      updatedAtMs: occurredAtMs,
    },
  };
};

const incrementOf = (at: number): RollupIncrement => ({
  atMs: 1_522_540_800_000 + at * 4_000,
  dimensions: [CATEGORIES[(mixed(at) % 10_000) % CATEGORIES.length] ?? '', 'EUR', 'captured'],
  measures: [1, mixed(at + 2) % 10_000],
});

const mixed = (value: number): number => (Math.imul(value + 1, 0x9e3779b1) >>> 8) & 0xffffff;

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};

/** CPU so far in µs: of the main thread, and of all others. */
const cpu = (): { readonly main: number; readonly workers: number } => {
  const { user, system } = process.cpuUsage();
  const stat = readFileSync(`/proc/self/task/${process.pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const main = (Number(fields[11]) + Number(fields[12])) * 10_000;
  return { main, workers: user + system - main };
};

if (require.main === module) {
  void run({
    payments: Number(process.argv[2] ?? 100_000),
    batch: Number(process.argv[3] ?? 1_000),
  }).then((result) => process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`));
}
