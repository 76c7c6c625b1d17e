/**
 * Between amounts as people write them ("85.65") and minor units (8565), without floats.
 */
import { currencyExponent } from './currencies';
import { isMinorUnits, type MinorUnits } from './minor-units';

const decimal = /^(\d{1,16})(?:\.(\d{1,40}))?$/;

/** Decimals within which an amount that differs from a minor unit is noise: 1e-9. */
const NOISE_DECIMALS = 9;

/**
 * Minor units of a decimal text such as "85.65".
 *
 * What differs from a minor unit by less than 1e-9 is that unit ("85.64999999999999" EUR is 8565:
 * float noise of whoever wrote the file); any other fraction of a minor unit has no answer.
 *
 * @returns undefined for a malformed or negative text, a real fraction of a minor unit, a currency
 *   without minor unit, or more than 2^53 - 1
 */
export const parseDecimalAmount = (text: string, currency: string): MinorUnits | undefined => {
  const exponent = currencyExponent(currency);
  const match = decimal.exec(text);
  if (exponent === undefined || match === null) return undefined;
  const [, whole = '', fraction = ''] = match;
  const units = Number(whole + fraction.slice(0, exponent).padEnd(exponent, '0'));
  const carry = carryOf(fraction.slice(exponent), NOISE_DECIMALS - exponent);
  return carry !== undefined && isMinorUnits(units + carry) ? asMoney(units + carry) : undefined;
};

const asMoney = (units: number): MinorUnits | undefined =>
  isMinorUnits(units) ? units : undefined;

const carryOf = (rest: string, noiseDigits: number): 0 | 1 | undefined => {
  const decisive = rest.slice(0, noiseDigits);
  if (/^0*$/.test(decisive)) return 0;
  return decisive.length === noiseDigits && /^9+$/.test(decisive) ? 1 : undefined;
};

/**
 * Decimal text of an amount, with as many decimals as the currency has: (1240000, 'EUR') is
 * "12400.00", (5, 'JPY') is "5". A currency without minor unit is written as an integer.
 */
export const formatDecimalAmount = (amountMinor: number, currency: string): string => {
  const exponent = currencyExponent(currency) ?? 0;
  if (exponent === 0) return String(amountMinor);
  const digits = String(Math.abs(amountMinor)).padStart(exponent + 1, '0');
  const sign = amountMinor < 0 ? '-' : '';
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
};
