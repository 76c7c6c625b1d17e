/** Runs work and tells what it took; keeps a number of calls in flight. */
import {
  CALL_RECORDS,
  CALLS_IN_FLIGHT,
  type Load,
  type Usage,
  VALUE_BYTES,
} from './bench-client.port';

/** @param work resolves when all records are written or read */
export const usageOf = async (records: number, work: () => Promise<void>): Promise<Usage> => {
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  await work();
  const wallSeconds = (performance.now() - startedMs) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { records, wallSeconds, cpuSeconds: (user + system) / 1e6 };
};

/** Times each of some repetitions, one after the other, in ms. */
export const timesOf = async (
  count: number,
  repetition: (index: number) => Promise<void>,
): Promise<readonly number[]> => {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const startedMs = performance.now();
    await repetition(index);
    times.push(performance.now() - startedMs);
  }
  return times;
};

/** Calls of {@link CALL_RECORDS}, {@link CALLS_IN_FLIGHT} of them not answered at any time. */
export const inFlight = async (
  load: Load,
  call: (first: number) => Promise<void>,
): Promise<void> => {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < load.records) {
      const first = next;
      next += CALL_RECORDS;
      await call(first);
    }
  };
  await Promise.all(Array.from({ length: CALLS_IN_FLIGHT }, lane));
};

/** A JSON value of exactly {@link VALUE_BYTES}, another one for each of 64 numbers. */
export const recordValue = (index: number): Buffer =>
  VALUES[index % VALUES.length] ?? Buffer.alloc(0);

const VALUES = Array.from({ length: 64 }, (_, index) => {
  const head = `{"paymentId":"pay_${String(index).padStart(8, '0')}","amountMinor":12345,"note":"`;
  return Buffer.from(`${head.padEnd(VALUE_BYTES - 2, 'abcdefgh01234567')}"}`);
});

/** Key of a record, as text. */
export const recordKey = (index: number): string => `key-${index % 100_000}`;
