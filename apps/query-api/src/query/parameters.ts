/**
 * Parameters that queries have in common. A query string is text: each schema says how it becomes
 * a value, and refuses what is not exactly one.
 */
import { z } from 'zod';

/** An id of the domain. */
export const id = z
  .string()
  .regex(/^[A-Za-z0-9_.:-]{1,64}$/, 'must be 1 to 64 letters, digits or _ . : -');

/** An instant: RFC 3339 with offset, to epoch ms. In a query string write `+` as `%2B`. */
export const instant = z.iso
  .datetime({ offset: true, error: 'must be an RFC 3339 date-time with an offset' })
  .max(40)
  .transform((text) => Date.parse(text));

/** Minor units, 0 to 2^53 - 1. */
export const minorUnits = z
  .string()
  .regex(/^\d{1,16}$/, 'must be a whole number of minor units')
  .transform(Number)
  .refine(Number.isSafeInteger, 'must be at most 9007199254740991');

/** `true` or `false`. */
export const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** Bound on the items of a page. */
export const pageLimit = (bounds: { readonly max: number; readonly fallback: number }) =>
  z
    .string()
    .regex(/^[1-9]\d{0,4}$/, `must be a whole number from 1 to ${bounds.max}`)
    .default(String(bounds.fallback))
    .transform(Number)
    .refine((limit) => limit <= bounds.max, `must be at most ${bounds.max}`);

/** Place behind the page before, as that page gave it. */
export const cursor = z.string().min(1).max(1_024);

const MAX_WORDS = 16;

/** Free text: all its words have to occur, the last one as the beginning of a word. */
export const freeText = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => text.trim() !== '', 'must not be blank')
  .refine(
    (text) => text.trim().split(/[\s\p{C}]+/u).length <= MAX_WORDS,
    `must have at most ${MAX_WORDS} words`,
  );

/** A span of time: `from` inclusive, `to` exclusive, either may be open. */
export const span = { from: instant.optional(), to: instant.optional() };

/** Refuses a span that ends before it begins. */
export const spanRises = (query: {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}): boolean => query.from === undefined || query.to === undefined || query.from < query.to;

/** What is said about such a span. */
export const spanMessage = { path: ['to'], error: 'must be after from' };
