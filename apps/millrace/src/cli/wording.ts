/** Numbers, times and money as people read them; every number carries its unit. */
import { formatDecimalAmount } from '@millrace/payments';

/** 1204 → `1,204`. */
export const grouped = (value: number): string =>
  Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');

/** Minor units with their currency: `12,400.00 EUR`. */
export const money = (amountMinor: number, currency: string): string => {
  const [whole = '0', fraction] = formatDecimalAmount(amountMinor, currency).split('.');
  const text = grouped(Number(whole));
  return `${fraction === undefined ? text : `${text}.${fraction}`} ${currency}`;
};

/** A span: `38 ms`, `4.2 s`, `3 min 05 s`, `47 h`. */
export const span = (ms: number): string => {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${twoDigits(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  const rest = minutes % 60;
  return `${grouped(Math.floor(minutes / 60))} h${rest === 0 ? '' : ` ${twoDigits(rest)} min`}`;
};

/** `2026-11-21 03:24:18 UTC`. */
export const instant = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** `03:24:18`. */
export const timeOfDay = (ms: number): string => new Date(ms).toISOString().slice(11, 19);

/** Rows as aligned columns; the first row is the head. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) =>
      widths
        .map((width, column) => (row[column] ?? '').padEnd(width))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

const twoDigits = (value: number): string => value.toString().padStart(2, '0');
