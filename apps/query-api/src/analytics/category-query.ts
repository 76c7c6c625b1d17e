/**
 * What may be asked of category totals, and how they are shown.
 */
import type { RollupQuery, RollupResult } from '@millrace/projections';
import { categoriesRollup, paymentFieldValues } from '@millrace/views';
import { z } from 'zod';
import { pageLimit, span, spanMessage, spanRises } from '../query/parameters';
import { instantText } from '../query/resource';

const bucketMs = { hour: 3_600_000, day: 86_400_000 } as const;
/** 9999-12-31T23:59:59.999Z: later than any event. */
const OPEN_END_MS = 253_402_300_799_999;

/** Parameters of `GET /v1/analytics/categories`, one by one. */
export const categoryQueryShape = {
  ...span,
  bucket: z.enum(['hour', 'day']).default('hour'),
  category: z.enum(paymentFieldValues.category).optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code')
    .optional(),
  limit: pageLimit({ max: 10_000, fallback: 1_000 }),
} as const;

/** The query as a whole. */
export const categoryQuery = z.strictObject(categoryQueryShape).refine(spanRises, spanMessage);

/** A query that has passed. */
export type CategoryQuery = z.output<typeof categoryQuery>;

/** Schema of the answer; measures are those of `categoriesRollup`. */
export const categoryTotals = z.strictObject({
  rows: z.array(
    z.strictObject({
      bucketStart: z.iso.datetime(),
      category: z.string(),
      currency: z.string(),
      payments: z.int(),
      amountMinor: z.int(),
      declinedPayments: z.int(),
      declinedMinor: z.int(),
      capturedMinor: z.int(),
      refundedMinor: z.int(),
      disputedPayments: z.int(),
      disputedMinor: z.int(),
    }),
  ),
  /** True when `limit` cut the answer: ask for the rest from the last bucket on. */
  truncated: z.boolean(),
});

/** The question to the rollup. */
export const rollupQuery = (query: CategoryQuery): RollupQuery => ({
  fromMs: query.from ?? 0,
  toMs: query.to ?? OPEN_END_MS,
  bucketMs: bucketMs[query.bucket],
  groupBy: categoriesRollup.dimensions,
  filters: {
    ...(query.category === undefined ? {} : { category: [query.category] }),
    ...(query.currency === undefined ? {} : { currency: [query.currency] }),
  },
  limit: query.limit,
});

/** The answer's form of rollup rows: dimensions and measures by name. */
export const categoryTotalsResource = ({ rows, truncated }: RollupResult) => ({
  rows: rows.map((row) => ({
    bucketStart: instantText(row.bucketStartMs),
    ...row.dimensions,
    ...row.measures,
  })),
  truncated,
});
