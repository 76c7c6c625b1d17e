/**
 * Files of labelled payments in the importer's format: generated from a seed, with the oddities of
 * real ones (amounts with float noise, zero amounts, payments over the card's monthly limit).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { SeededRandom } from '@millrace/testkit';

/** Header line of the format. */
export const HEADER =
  'transaction_id,tx_datetime,customer_id,terminal_id,tx_amount,tx_fraud,tx_fraud_scenario';

/** What is generated. */
export interface LabelledFileOptions {
  readonly seed: number;
  readonly payments: number;
  readonly customers: number;
  readonly terminals: number;
  /** First instant, ms since 1970 UTC. */
  readonly fromMs: number;
  /** Mean time between two payments, ms. */
  readonly meanGapMs: number;
}

/** Customer whose payments are of thousands of EUR, so that the monthly limit is exceeded. */
const RICH_CUSTOMER = 1;

/** Lines without the header, ascending by time. */
export const labelledLines = (options: LabelledFileOptions): readonly string[] => {
  const random = new SeededRandom(options.seed);
  let atMs = options.fromMs;
  return Array.from({ length: options.payments }, (_, id) => {
    atMs += random.exponential(options.meanGapMs);
    const customer = random.int(0, options.customers - 1);
    const rich = customer === RICH_CUSTOMER;
    const fraud = !rich && random.chance(0.02);
    const fields = [
      id,
      new Date(atMs).toISOString().slice(0, 19).replace('T', ' '),
      customer,
      random.int(0, options.terminals - 1),
      amountText(rich ? random.int(400_000, 1_900_000) : random.int(1, 25_000), random),
      fraud ? 1 : 0,
      fraud ? random.int(1, 3) : 0,
    ];
    return fields.join(',');
  });
};

/** Writes header and lines, compressed when the name ends in `.gz`. */
export const writeLabelledFile = (file: string, lines: readonly string[]): void => {
  const text = `${[HEADER, ...lines].join('\n')}\n`;
  writeFileSync(file, file.endsWith('.gz') ? gzipSync(text) : text);
};

/** The lines of a file, header included, without an empty last one. */
export const readLabelledFile = (file: string): readonly string[] => {
  const bytes = readFileSync(file);
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').trimEnd().split('\n');
};

// 8565 cents: 85.65, or as a program that adds floats prints them, 85.64999999999999 and 85.65000000000001.
const amountText = (cents: number, random: SeededRandom): string => {
  if (random.chance(0.03)) return random.pick(['0', '0.0', '0.00']);
  const kind = random.int(0, 9);
  if (kind === 0) return `${decimal(cents - 1)}999999999999`;
  if (kind === 1) return `${decimal(cents)}000000000001`;
  return kind === 2 ? String(cents / 100) : decimal(cents);
};

const decimal = (cents: number): string =>
  `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
