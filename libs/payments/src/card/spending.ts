/**
 * What a card has spent, by UTC calendar month of event time, in the card's currency.
 */
import { type MinorUnits, minorUnits, zeroMinor } from '../money/minor-units';
import type { CardRow } from './card-rows';

/** Amounts by 'YYYY-MM'; a month without an amount is absent. */
export type Spending = CardRow['spentMinorByMonth'];

/**
 * UTC calendar month of an instant: 'YYYY-MM'.
 * @param epochMs from year 0 to 9999
 */
export const monthOf = (epochMs: number): string => {
  const date = new Date(epochMs);
  const month = date.getUTCMonth() + 1;
  return `${String(date.getUTCFullYear()).padStart(4, '0')}-${month < 10 ? '0' : ''}${month}`;
};

/** What is spent in the month of an instant. */
export const spentIn = (spending: Spending, atMs: number): MinorUnits =>
  spending[monthOf(atMs)] ?? zeroMinor;

/** Spending after an amount in the month of `atMs`. @throws RangeError beyond 2^53 - 1 */
export const withSpent = (spending: Spending, atMs: number, amountMinor: MinorUnits): Spending =>
  withMonth(spending, monthOf(atMs), amountMinor);

/** Spending after an amount went back to the month of `atMs`. @throws RangeError below zero */
export const withGivenBack = (
  spending: Spending,
  atMs: number,
  amountMinor: MinorUnits,
): Spending => withMonth(spending, monthOf(atMs), -amountMinor);

const withMonth = (spending: Spending, month: string, change: number): Spending => {
  if (change === 0) return spending;
  const total = minorUnits((spending[month] ?? 0) + change);
  if (total > 0) return { ...spending, [month]: total };
  const { [month]: _gone, ...rest } = spending;
  return rest;
};
