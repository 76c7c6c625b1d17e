/**
 * What may be asked of payments, and the search that answers it.
 */
import type { SearchFilter, SearchQuery } from '@millrace/projections';
import { paymentFieldValues } from '@millrace/views';
import { z } from 'zod';
import {
  cursor,
  freeText,
  id,
  minorUnits,
  pageLimit,
  span,
  spanMessage,
  spanRises,
} from '../query/parameters';

const sorts = ['-occurredAt', 'occurredAt', '-amountMinor', 'amountMinor'] as const;

/** Parameters of `GET /v1/payments`, one by one. */
export const paymentQueryShape = {
  q: freeText.optional(),
  cardId: id.optional(),
  merchantId: id.optional(),
  terminalId: id.optional(),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 alpha-2 code')
    .optional(),
  category: z.enum(paymentFieldValues.category).optional(),
  status: z.enum(paymentFieldValues.status).optional(),
  ...span,
  minAmountMinor: minorUnits.optional(),
  maxAmountMinor: minorUnits.optional(),
  sort: z.enum(sorts).default('-occurredAt'),
  limit: pageLimit({ max: 200, fallback: 50 }),
  cursor: cursor.optional(),
} as const;

/** The query as a whole: unknown parameters and contradictions are refused. */
export const paymentQuery = z
  .strictObject(paymentQueryShape)
  .refine(spanRises, spanMessage)
  .refine(
    ({ minAmountMinor: min, maxAmountMinor: max }) =>
      min === undefined || max === undefined || min <= max,
    { path: ['maxAmountMinor'], error: 'must not be below minAmountMinor' },
  );

/** A query that has passed. */
export type PaymentQuery = z.output<typeof paymentQuery>;

/** Parameters of `GET /v1/payments/{paymentId}`. */
export const onePaymentQuery = z.strictObject({ cardId: id.optional() });

/** The search of a query; its cursor is left to the caller. */
export const paymentSearch = (query: PaymentQuery): SearchQuery => {
  const { q, sort, limit, from, to, minAmountMinor, maxAmountMinor } = query;
  const filters: SearchFilter[] = [];
  for (const field of exactFields) {
    const value = query[field];
    if (value !== undefined) filters.push({ kind: 'eq', field, value });
  }
  if (from !== undefined || to !== undefined) {
    filters.push({ kind: 'range', field: 'occurredAt', ...bounds(from, undefined, to) });
  }
  if (minAmountMinor !== undefined || maxAmountMinor !== undefined) {
    filters.push({
      kind: 'range',
      field: 'amountMinor',
      ...bounds(minAmountMinor, maxAmountMinor, undefined),
    });
  }
  const direction = sort.startsWith('-') ? 'desc' : 'asc';
  const field = sort.startsWith('-') ? sort.slice(1) : sort;
  return { ...(q === undefined ? {} : { text: q }), filters, sort: { field, direction }, limit };
};

const exactFields = [
  'cardId',
  'merchantId',
  'terminalId',
  'country',
  'category',
  'status',
] as const;

const bounds = (
  from: number | undefined,
  to: number | undefined,
  before: number | undefined,
): { readonly from?: number; readonly to?: number; readonly before?: number } => ({
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
  ...(before === undefined ? {} : { before }),
});
