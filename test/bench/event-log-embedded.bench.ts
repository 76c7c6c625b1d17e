/**
 * What the embedded log adds to LevelDB: appends against raw batch writes of the same bytes, with
 * the same sync flag and batch size, alternating in one run; and what a read costs.
 * Alone: `npx tsx test/bench/event-log-embedded.bench.ts`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventLog, RecordToAppend } from '@millrace/event-log';
import { DEFAULT_LIMITS, openEmbeddedLog } from '@millrace/event-log-embedded';
import { ClassicLevel } from 'classic-level';

/** Appends and raw writes of one shape of load; rates are medians over the rounds. */
export interface AppendResult {
  readonly measure: 'append';
  readonly writers: number;
  readonly recordsPerTransaction: number;
  readonly recordsPerSecond: number;
  readonly rawRecordsPerSecond: number;
  /** Median of the rounds' ratios; the bar is 0.6. */
  readonly ratioToRaw: number;
  /** CPU of all threads, encoding and LevelDB's work together. */
  readonly cpuMicrosPerRecord: number;
  readonly rawCpuMicrosPerRecord: number;
  readonly storedBytesPerRecord: number;
}

/** Reads with key, value and headers decoded. */
export interface ReadResult {
  readonly measure: 'read';
  readonly from: 'memory' | 'disk';
  readonly recordsPerSecond: number;
  readonly cpuMicrosPerRecord: number;
}

const TOPICS = ['card-events', 'card-state', 'command-results'] as const;
const ROUNDS = 5;
const WARM_UP = 3;
const RECORDS = 60_000;
/** Rounds are this small so that a disturbance of the machine meets both sides alike. */
const SHAPES = [
  { writers: 1, payments: 50 },
  { writers: 4, payments: 50 },
  { writers: 4, payments: 500 },
] as const;
const clock = { nowMs: () => Date.now() };

/** Runs all shapes; about half a minute on two cores. */
export async function run(): Promise<{
  name: string;
  results: readonly (AppendResult | ReadResult)[];
}> {
  const results: (AppendResult | ReadResult)[] = [];
  for (const shape of SHAPES) results.push(await appends(shape));
  results.push(await reads('memory'), await reads('disk'));
  return { name: 'event-log-embedded', results };
}

interface Shape {
  readonly writers: number;
  readonly payments: number;
}

const appends = async (shape: Shape): Promise<AppendResult> => {
  const rounds: Awaited<ReturnType<typeof oneRound>>[] = [];
  await oneRound(shape, 0);
  for (let round = 1; round <= ROUNDS; round++) rounds.push(await oneRound(shape, round));
  return {
    measure: 'append',
    writers: shape.writers,
    recordsPerTransaction: shape.payments * TOPICS.length,
    recordsPerSecond: median(rounds.map(({ logRate }) => logRate)),
    rawRecordsPerSecond: median(rounds.map(({ rawRate }) => rawRate)),
    ratioToRaw: median(rounds.map(({ logRate, rawRate }) => logRate / rawRate)),
    cpuMicrosPerRecord: median(rounds.map(({ cpuMicros }) => cpuMicros)),
    rawCpuMicrosPerRecord: median(rounds.map(({ rawCpuMicros }) => rawCpuMicros)),
    storedBytesPerRecord: median(rounds.map(({ bytes }) => bytes)),
  };
};

const oneRound = async ({ writers, payments }: Shape, round: number) => {
  const transactions = Math.ceil(RECORDS / (payments * TOPICS.length * writers));
  const load = Array.from({ length: writers }, (_, lane) =>
    Array.from({ length: transactions }, (_, n) =>
      transactionOf(lane, n * payments + round * RECORDS, payments),
    ),
  );
  const count = writers * transactions * payments * TOPICS.length;
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  try {
    const log = await openLog(join(folder, 'log'));
    const opened = await Promise.all(load.map((_, lane) => log.openWriter(`bench-${lane}`)));
    const logTime = await timed(() =>
      Promise.all(
        load.map(async (list, lane) => {
          for (const records of list) {
            const transaction = opened[lane]?.begin();
            await transaction?.append(records);
            await transaction?.commit();
          }
        }),
      ),
    );
    await log.close();
    const stored = await storedBatches(join(folder, 'log'), writers);
    const rawTime = await rawWrites(join(folder, 'raw'), stored);
    const bytes = stored.flat(2).reduce((sum, { value }) => sum + value.length, 0);
    return {
      logRate: count / logTime.seconds,
      rawRate: count / rawTime.seconds,
      cpuMicros: logTime.cpuMicros / count,
      rawCpuMicros: rawTime.cpuMicros / count,
      bytes: bytes / count,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

interface Put {
  readonly type: 'put';
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** What the log has stored, by lane and transaction: each one batch of as many values as topics. */
const storedBatches = async (
  folder: string,
  lanes: number,
): Promise<readonly (readonly (readonly Put[])[])[]> => {
  const level = new ClassicLevel<Uint8Array, Uint8Array>(folder, VIEWS);
  const byLane: Put[][][] = Array.from({ length: lanes }, () => []);
  const seen = new Map<string, number>();
  const range = { gte: Buffer.from('b'), lt: Buffer.from('c') };
  for await (const [key, value] of level.iterator(range)) {
    const partition = (key[3] ?? 0) * 256 + (key[4] ?? 0);
    const place = `${key[1]}.${key[2]}.${partition}`;
    const nth = seen.get(place) ?? 0;
    seen.set(place, nth + 1);
    const list = byLane[partition] ?? [];
    const transaction = list[nth] ?? [];
    transaction.push({ type: 'put', key, value });
    list[nth] = transaction;
  }
  await level.close();
  return byLane;
};

const VIEWS = { keyEncoding: 'view', valueEncoding: 'view' } as const;

const rawWrites = async (folder: string, lanes: readonly (readonly (readonly Put[])[])[]) => {
  const level = new ClassicLevel<Uint8Array, Uint8Array>(folder, {
    ...VIEWS,
    writeBufferSize: DEFAULT_LIMITS.writeBufferBytes,
  });
  await level.open();
  const time = await timed(() =>
    Promise.all(
      lanes.map(async (transactions) => {
        for (const puts of transactions) await level.batch([...puts], { sync: true });
      }),
    ),
  );
  await level.close();
  return time;
};

const reads = async (from: 'memory' | 'disk'): Promise<ReadResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const caches = from === 'memory' ? 256 * 1_048_576 : 0;
  const log = await openLog(folder, { tailCacheBytes: caches, readAheadBytes: 4 * 1_048_576 });
  const rates: { readonly seconds: number; readonly cpuMicros: number }[] = [];
  for (let round = 0; round < ROUNDS + WARM_UP; round++) {
    const [bounds] = await log.offsets([{ topic: 'card-events', partition: 0 }]);
    for (let n = 0; n < 40; n++) await log.append(transactionOf(0, n * 500 + round, 500));
    rates.push(await timed(() => readFrom(log, bounds?.endOffset ?? 0)));
  }
  await log.close();
  rmSync(folder, { recursive: true, force: true });
  rates.splice(0, WARM_UP);
  const count = 20_000;
  return {
    measure: 'read',
    from,
    recordsPerSecond: median(rates.map(({ seconds }) => count / seconds)),
    cpuMicrosPerRecord: median(rates.map(({ cpuMicros }) => cpuMicros / count)),
  };
};

const readFrom = async (log: EventLog, offset: number): Promise<number> => {
  const at = { topic: 'card-events', partition: 0 };
  const reader = await log.openReader([{ ...at, offset }]);
  let touched = 0;
  for (;;) {
    const batches = await reader.poll({ maxWaitMs: 0 });
    if (batches.length === 0) break;
    for (const { records } of batches) {
      for (const { key, value, headers } of records) {
        touched += (key?.length ?? 0) + (value?.length ?? 0) + (headers['ce_id']?.length ?? 0);
      }
    }
  }
  await reader.close();
  return touched;
};

const openLog = async (folder: string, limits: object = {}): Promise<EventLog> => {
  const log = await openEmbeddedLog({ folder, clock, housekeepingPauseMs: 0, ...limits });
  const shared = { partitions: 4, cleanup: 'delete', retentionMs: -1 } as const;
  await log.ensureTopics(TOPICS.map((name) => ({ name, ...shared })));
  return log;
};

/** Payments as an import writes them: an event, a row and a result for each. */
const transactionOf = (
  partition: number,
  from: number,
  payments: number,
): readonly RecordToAppend[] =>
  Array.from({ length: payments }, (_, index) => {
    const n = from + index;
    const card = `card_${String((n * 7_919) % 5_000).padStart(6, '0')}`;
    const value = Buffer.from(
      JSON.stringify({
        cardId: card,
        paymentId: `pay_${n}`,
        merchantId: `mer_${n % 10_000}`,
        mcc: '5411',
        country: 'BE',
        terminalId: `ter_${n % 10_000}`,
        amountMinor: (n * 37) % 20_000,
        currency: 'EUR',
        billingAmountMinor: (n * 37) % 20_000,
        billingCurrency: 'EUR',
        capture: 'immediate',
        requestHash: (n * 2_654_435_761).toString(16),
      }),
    ).toString();
    const headers = {
      ce_specversion: '1.0',
      ce_id: `${card}/${n}`,
      ce_type: n % 20 === 0 ? 'payment.declined' : 'payment.authorized',
      ce_source: '/millrace/import',
      ce_time: new Date(1_522_886_400_000 + n * 911).toISOString(),
      ce_subject: card,
      schemaversion: '1',
      aggregateversion: String(n),
      writerepoch: '1234',
      correlationid: `c${n}`,
    };
    return TOPICS.map((topic) => ({ topic, partition, key: card, value, headers }));
  }).flat();

const timed = async (work: () => Promise<unknown>) => {
  const began = process.hrtime.bigint();
  const cpu = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: Number(process.hrtime.bigint() - began) / 1e9, cpuMicros: user + system };
};

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

if (require.main === module) {
  run().then(
    ({ results }) => console.log(JSON.stringify(results, null, 1)),
    (error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    },
  );
}
