/**
 * Money is an integer count of minor units (cents of EUR, yen of JPY, fils of KWD) beside its
 * ISO 4217 code, never a float. The brand says that the number was checked; it exists in types only.
 */

/** An integer count of minor units, 0 <= n <= 2^53 - 1. */
export type MinorUnits = number & { readonly __unit: 'MinorUnits' };

/** Whether a number can be money: a safe integer, not negative (and not -0). */
export const isMinorUnits = (value: number): value is MinorUnits =>
  Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0);

/**
 * Brands a number as money.
 *
 * @throws RangeError when it is no safe integer or negative: an invariant is broken, nobody
 *   should catch this to carry on. Check foreign numbers with `isMinorUnits`.
 */
export const minorUnits = (value: number): MinorUnits => {
  if (isMinorUnits(value)) return value;
  throw new RangeError(`not an amount in minor units: ${value}`);
};

/** Nothing. */
export const zeroMinor: MinorUnits = minorUnits(0);

/** a + b, or undefined when the sum is no safe integer. */
export const addMinor = (a: MinorUnits, b: MinorUnits): MinorUnits | undefined => {
  const sum = a + b;
  return isMinorUnits(sum) ? sum : undefined;
};

/**
 * a - b for amounts of which one knows that b <= a.
 * @throws RangeError when b > a
 */
export const subtractMinor = (a: MinorUnits, b: MinorUnits): MinorUnits => minorUnits(a - b);

/** What is exchanged proportionally: `total` belongs to `whole` minor units of another currency. */
export interface Proportion {
  readonly total: MinorUnits;
  readonly whole: MinorUnits;
}

/**
 * The part of `total` that belongs to the first `part` units of `whole`: floor(total * part /
 * whole), exact at any size. Pieces are differences of two such shares, so they add up to `total`
 * whatever the cut: the last piece takes the rest and nothing drifts.
 *
 * @param part 0 <= part <= whole
 * @returns 0 for an empty whole, `total` for part = whole
 */
export const shareUpTo = ({ total, whole }: Proportion, part: MinorUnits): MinorUnits => {
  if (part > whole) throw new RangeError(`a part of ${part} is above its whole of ${whole}`);
  if (part === whole) return total;
  if (total === whole) return part;
  const product = total * part;
  if (Number.isSafeInteger(product)) return minorUnits(Math.floor(product / whole));
  return minorUnits(Number((BigInt(total) * BigInt(part)) / BigInt(whole)));
};
