/** Compares what was copied with what was to be copied: lost, doubled, aborted, out of order. */
import type { JudgedRecord } from '../../../tools/stack/index';
import type { Copied } from './copy-lane';

/** What is known after a run; both topics as Kafka's own consumer sees them (read_committed). */
export interface Evidence {
  /** Numbers whose append to the input was acknowledged. */
  readonly acknowledged: readonly number[];
  readonly input: readonly JudgedRecord[];
  readonly output: readonly JudgedRecord[];
  /** Transactions that must not be visible (`by` of copied records). */
  readonly notCommitted: ReadonlySet<string>;
  /** Transactions that were told to be committed. */
  readonly committed: ReadonlySet<string>;
}

const MOST_FINDINGS = 20;

/** @returns what is wrong, at most 20 lines; empty when every record was copied exactly once */
export const checkCopy = ({
  acknowledged,
  input,
  output,
  notCommitted,
  committed,
}: Evidence): readonly string[] => {
  const copied = output.map(({ partition, offset, value }) => ({
    at: `output ${partition}/${offset}`,
    partition,
    ...copiedOf(value),
  }));
  const read = input.map(({ partition, value }) => ({ lane: partition, n: Number(value) }));
  const times = timesOf(copied.map(({ n }) => n));
  const given = timesOf(read.map(({ n }) => n));
  const seen = new Set(copied.map(({ by }) => by));
  const findings = [
    ...acknowledged.filter((n) => !given.has(n)).map((n) => `input: ${n} was acknowledged, lost`),
    ...doubles(given).map((n) => `input: ${n} is there ${given.get(n)} times`),
    ...[...given.keys()].filter((n) => !times.has(n)).map((n) => `output: ${n} is missing`),
    ...doubles(times).map((n) => `output: ${n} is there ${times.get(n)} times`),
    ...[...times.keys()].filter((n) => !given.has(n)).map((n) => `output: ${n} was never given`),
    ...copied
      .filter(({ by }) => notCommitted.has(by))
      .map(({ at, n, by }) => `${at}: ${n} is of transaction ${by}, which was not committed`),
    ...[...committed]
      .filter((by) => !seen.has(by))
      .map((by) => `output: nothing of ${by}, which was committed`),
    ...outOfOrder(copied, new Map(read.map(({ lane, n }) => [n, lane]))),
  ];
  return findings.slice(0, MOST_FINDINGS);
};

interface Seen extends Copied {
  readonly at: string;
  readonly partition: number;
}

/** Numbers rise within a lane, and so they must within each partition that the lane writes to. */
const outOfOrder = (
  copied: readonly Seen[],
  laneOf: ReadonlyMap<number, number>,
): readonly string[] => {
  const highest = new Map<string, number>();
  return copied.flatMap(({ at, partition, n }) => {
    const path = `${laneOf.get(n)}>${partition}`;
    const before = highest.get(path) ?? -1;
    highest.set(path, Math.max(before, n));
    return n < before ? [`${at}: ${n} comes after ${before}`] : [];
  });
};

/** @throws Error when it is no copied record */
export const copiedOf = (value: string | null): Copied => {
  const parsed: unknown = JSON.parse(value?.replace(/x*$/, '') ?? 'null');
  if (typeof parsed === 'object' && parsed !== null && 'n' in parsed && 'by' in parsed) {
    return { n: Number(parsed.n), by: String(parsed.by) };
  }
  throw new Error(`the output holds "${value}"`);
};

const timesOf = (numbers: readonly number[]): ReadonlyMap<number, number> => {
  const times = new Map<number, number>();
  for (const n of numbers) times.set(n, (times.get(n) ?? 0) + 1);
  return times;
};

const doubles = (times: ReadonlyMap<number, number>): readonly number[] =>
  [...times].flatMap(([n, count]) => (count > 1 ? [n] : []));
