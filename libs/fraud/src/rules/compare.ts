/**
 * Comparing a number with a bound.
 */
import { assertNever } from '../assert-never';
import type { Comparator } from './rule';

/** Whether `value op bound` holds. */
export const holds = (value: number, op: Comparator, bound: number): boolean => {
  switch (op) {
    case '>=':
      return value >= bound;
    case '>':
      return value > bound;
    case '<=':
      return value <= bound;
    case '<':
      return value < bound;
    case '=':
      return value === bound;
    default:
      return assertNever(op);
  }
};
