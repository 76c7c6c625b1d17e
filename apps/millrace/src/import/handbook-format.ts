/**
 * The format of the Fraud Detection Handbook's card payments: one payment a line, labelled.
 */
import type { EpochMs } from '@millrace/event-log';
import { type MinorUnits, parseDecimalAmount } from '@millrace/payments';

/** Columns, in order; a file with others is refused. */
export const HANDBOOK_COLUMNS = [
  'transaction_id',
  'tx_datetime',
  'customer_id',
  'terminal_id',
  'tx_amount',
  'tx_fraud',
  'tx_fraud_scenario',
] as const;

/** One line of the file. */
export interface HandbookPayment {
  readonly transactionId: string;
  readonly occurredAtMs: EpochMs;
  readonly customerId: string;
  readonly terminalId: string;
  readonly amountMinor: MinorUnits;
  readonly fraud: boolean;
}

/** A line that could be read, or the reason why not. */
export type HandbookLine =
  | { readonly kind: 'payment'; readonly payment: HandbookPayment }
  | { readonly kind: 'refused'; readonly reason: string };

const INTEGER = /^\d{1,15}$/;
const DECIMAL = /^-?\d{1,12}(\.\d{1,20})?$/;

/**
 * The header line, if it is not the expected one: what is missing and what is unknown.
 * @returns undefined when the columns are right
 */
export const headerTrouble = (header: string): string | undefined => {
  const columns = header.replace(/^\uFEFF/, '').split(',');
  if (columns.join(',') === HANDBOOK_COLUMNS.join(',')) return undefined;
  const known: readonly string[] = HANDBOOK_COLUMNS;
  const unknown = columns.filter((column) => !known.includes(column));
  const missing = known.filter((column) => !columns.includes(column));
  const parts = [
    ...(unknown.length > 0 ? [`unknown columns: ${unknown.join(', ').slice(0, 200)}`] : []),
    ...(missing.length > 0 ? [`missing columns: ${missing.join(', ')}`] : []),
  ];
  const what = parts.length > 0 ? parts.join('; ') : 'columns in another order';
  return `${what}; expected ${known.join(',')}`;
};

/** Reads one line (without its line end). */
export const parseHandbookLine = (line: string): HandbookLine => {
  const fields = line.split(',');
  if (fields.length !== HANDBOOK_COLUMNS.length) {
    return refused(`${fields.length} fields instead of ${HANDBOOK_COLUMNS.length}`);
  }
  const [transactionId = '', datetime = '', customerId = '', terminalId = ''] = fields;
  const [amount = '', fraud = '', scenario = ''] = fields.slice(4);
  if (!INTEGER.test(transactionId)) return refused('transaction_id is not a number');
  if (!INTEGER.test(customerId)) return refused('customer_id is not a number');
  if (!INTEGER.test(terminalId)) return refused('terminal_id is not a number');
  if (fraud !== '0' && fraud !== '1') return refused('tx_fraud is neither 0 nor 1');
  if (!INTEGER.test(scenario)) return refused('tx_fraud_scenario is not a number');
  const occurredAtMs = parseDatetime(datetime);
  if (occurredAtMs === undefined) return refused('tx_datetime is not YYYY-MM-DD HH:MM:SS');
  const money = parseAmount(amount);
  if (typeof money === 'string') return refused(money);
  return {
    kind: 'payment',
    payment: {
      transactionId,
      occurredAtMs,
      customerId,
      terminalId,
      amountMinor: money,
      fraud: fraud === '1',
    },
  };
};

const refused = (reason: string): HandbookLine => ({ kind: 'refused', reason });

const DATETIME = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})$/;

const parseDatetime = (text: string): EpochMs | undefined => {
  const match = DATETIME.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map(Number);
  if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return undefined;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  // 31 April would roll over to 1 May.
  return new Date(ms).getUTCDate() === day ? ms : undefined;
};

const parseAmount = (text: string): MinorUnits | string => {
  if (!DECIMAL.test(text)) return 'tx_amount is not a decimal number';
  if (text.startsWith('-')) return 'tx_amount is negative';
  return parseDecimalAmount(text, 'EUR') ?? 'tx_amount has a fraction of a cent';
};
