/** Medians over the rounds, ratios between clients of one run, as a table and as JSON. */
import type { Measure, Usage } from './bench-client.port';

/** One measure of one client in one round. */
export interface Measured {
  readonly client: string;
  readonly measure: Measure;
  readonly round: number;
  readonly result: Usage | readonly number[];
}

interface Row {
  readonly measure: string;
  readonly client: string;
  readonly recordsPerSecond?: number;
  /** CPU-seconds of the client's process per million records. */
  readonly cpuSecondsPerMillion?: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
}

/** Rows, and the ratio that has a bar: medians over the rounds. */
export const reportOf = (measured: readonly Measured[]) => ({
  rows: rowsOf(measured),
  ratioOfTransactionalRate: rounded(quantile(transactionalRatios(measured), 0.5), 3),
});

// Of the two rates of one round, which a disturbance of the machine meets alike.
const transactionalRatios = (measured: readonly Measured[]): readonly number[] => {
  const rateOf = (round: number, measure: Measure): number => {
    const found = measured.find(
      (one) => one.client === 'millrace' && one.round === round && one.measure === measure,
    )?.result;
    return found !== undefined && 'records' in found ? found.records / found.wallSeconds : 0;
  };
  const rounds = new Set(measured.map(({ round }) => round));
  return [...rounds].map((round) => {
    const plain = rateOf(round, 'append');
    return plain === 0 ? 0 : rateOf(round, 'appendInTransactions') / plain;
  });
};

/** For people: a line for each row. */
export const tableOf = (measured: readonly Measured[]): string => {
  const { rows, ratioOfTransactionalRate } = reportOf(measured);
  const head = ['measure', 'client', 'records/s', 'CPU s per million', 'p50 ms', 'p99 ms'];
  const lines = rows.map((row) =>
    [
      row.measure,
      row.client,
      row.recordsPerSecond ?? '',
      row.cpuSecondsPerMillion ?? '',
      row.p50Ms ?? '',
      row.p99Ms ?? '',
    ].map(String),
  );
  const widths = head.map((title, at) =>
    Math.max(title.length, ...lines.map((cells) => cells[at]?.length ?? 0)),
  );
  const text = [head, ...lines].map((cells) =>
    cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  '),
  );
  return [...text, `transactional rate / plain rate: ${ratioOfTransactionalRate}`].join('\n');
};

const rowsOf = (measured: readonly Measured[]): readonly Row[] => {
  const groups = new Map<string, Measured[]>();
  for (const one of measured) {
    const key = `${one.measure} ${one.client}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [rowOf(first, group)];
  });
};

const rowOf = ({ measure, client }: Measured, group: readonly Measured[]): Row => {
  const usages = group.flatMap(({ result }) => ('records' in result ? [result] : []));
  if (usages.length > 0) {
    const rates = usages.map(({ records, wallSeconds }) => records / wallSeconds);
    const costs = usages.map(({ records, cpuSeconds }) => (cpuSeconds / records) * 1e6);
    return {
      measure,
      client,
      recordsPerSecond: Math.round(quantile(rates, 0.5)),
      cpuSecondsPerMillion: rounded(quantile(costs, 0.5), 2),
    };
  }
  const times = group.flatMap(({ result }) => ('records' in result ? [] : [...result]));
  return {
    measure,
    client,
    p50Ms: rounded(quantile(times, 0.5), 1),
    p99Ms: rounded(quantile(times, 0.99), 1),
  };
};

const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
};

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
