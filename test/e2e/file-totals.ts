/**
 * Totals of a file of labelled payments by hour and category, computed from its text alone: no code
 * of the importer, the domain or the views takes part, so that a fault there shows.
 */

/** Measures of one hour and category, in the order and names of the analytics answer. */
export interface HourTotals {
  readonly bucketStart: string;
  readonly category: string;
  readonly currency: string;
  payments: number;
  amountMinor: number;
  declinedPayments: number;
  declinedMinor: number;
  capturedMinor: number;
  refundedMinor: number;
  disputedPayments: number;
  disputedMinor: number;
}

/** Categories of terminals by the remainder of their number divided by 20. */
const CATEGORIES =
  'groceries restaurants fuel groceries restaurants electronics fashion groceries transport health travel restaurants retail fuel groceries retail entertainment home telecom retail'.split(
    ' ',
  );
const MONTHLY_LIMIT_CENTS = 5_000_000;
const LABEL_DELAY_MS = 7 * 24 * 3_600_000;

/** Ascending by hour, then category; `lines` are well-formed payments without a header. */
export const totalsOf = (lines: readonly string[]): readonly HourTotals[] => {
  const totals = new Map<string, HourTotals>();
  const spent = new Map<string, number>();
  for (const line of lines) {
    const [, datetime = '', customer = '', terminal = '', amount = '', fraud = ''] =
      line.split(',');
    const category = CATEGORIES[Number(terminal) % CATEGORIES.length] ?? '';
    const cents = Math.round(Number(amount) * 100);
    const month = `${customer} ${datetime.slice(0, 7)}`;
    const used = spent.get(month) ?? 0;
    const hour = hourOf(totals, Date.parse(`${datetime.replace(' ', 'T')}Z`), category);
    if (used + cents > MONTHLY_LIMIT_CENTS) {
      hour.declinedPayments += 1;
      hour.declinedMinor += cents;
      continue;
    }
    spent.set(month, used + cents);
    hour.payments += 1;
    hour.amountMinor += cents;
    hour.capturedMinor += cents;
    if (fraud !== '1') continue;
    const labelledMs = Date.parse(`${datetime.replace(' ', 'T')}Z`) + LABEL_DELAY_MS;
    const labelled = hourOf(totals, labelledMs, category);
    labelled.disputedPayments += 1;
    labelled.disputedMinor += cents;
  }
  return [...totals.values()].sort(
    (a, b) => compare(a.bucketStart, b.bucketStart) || compare(a.category, b.category),
  );
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const hourOf = (totals: Map<string, HourTotals>, atMs: number, category: string): HourTotals => {
  const bucketStart = new Date(Math.floor(atMs / 3_600_000) * 3_600_000).toISOString();
  const key = `${bucketStart} ${category}`;
  const found = totals.get(key);
  if (found !== undefined) return found;
  const fresh: HourTotals = {
    bucketStart,
    category,
    currency: 'EUR',
    payments: 0,
    amountMinor: 0,
    declinedPayments: 0,
    declinedMinor: 0,
    capturedMinor: 0,
    refundedMinor: 0,
    disputedPayments: 0,
    disputedMinor: 0,
  };
  totals.set(key, fresh);
  return fresh;
};
