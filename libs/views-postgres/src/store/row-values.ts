/**
 * Values of rows, read with their type.
 */
import type { PgRow } from '../pg-client.port';

/** A `bigint` or `integer` column. @throws RangeError when it is no safe integer */
export const numberOf = (row: PgRow, column: string): number => {
  const value = Number(row[column]);
  if (Number.isSafeInteger(value) && row[column] !== null) return value;
  throw new RangeError(`column ${column} holds no safe integer`);
};

/** A text column; null reads as ''. */
export const textOf = (row: PgRow, column: string): string => {
  const value = row[column];
  return typeof value === 'string' ? value : '';
};

/** A quoted identifier. Names come from checked definitions; quotes are doubled all the same. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
