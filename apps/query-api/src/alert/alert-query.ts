/**
 * What may be asked of alerts, and the search that answers it.
 */
import type { SearchFilter, SearchQuery } from '@millrace/projections';
import { alertFieldValues } from '@millrace/views';
import { z } from 'zod';
import {
  cursor,
  flag,
  freeText,
  id,
  pageLimit,
  span,
  spanMessage,
  spanRises,
} from '../query/parameters';

/** Parameters of `GET /v1/alerts`, one by one. */
export const alertQueryShape = {
  q: freeText.optional(),
  ruleId: id.optional(),
  cardId: id.optional(),
  keyKind: z.enum(alertFieldValues.keyKind).optional(),
  keyId: id.optional(),
  action: z.enum(alertFieldValues.action).optional(),
  severity: z.enum(alertFieldValues.severity).optional(),
  imported: flag.optional(),
  ...span,
  limit: pageLimit({ max: 200, fallback: 50 }),
  cursor: cursor.optional(),
} as const;

/** The query as a whole. */
export const alertQuery = z.strictObject(alertQueryShape).refine(spanRises, spanMessage);

/** A query that has passed. */
export type AlertQuery = z.output<typeof alertQuery>;

/** The search of a query, newest alerts first; its cursor is left to the caller. */
export const alertSearch = (query: AlertQuery): SearchQuery => {
  const { q, limit, from, to } = query;
  const filters: SearchFilter[] = [];
  for (const field of exactFields) {
    const value = query[field];
    if (value !== undefined) filters.push({ kind: 'eq', field, value });
  }
  if (from !== undefined || to !== undefined) {
    filters.push({
      kind: 'range',
      field: 'raisedAt',
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { before: to }),
    });
  }
  const sort = { field: 'raisedAt', direction: 'desc' } as const;
  return { ...(q === undefined ? {} : { text: q }), filters, sort, limit };
};

const exactFields = [
  'ruleId',
  'cardId',
  'keyKind',
  'keyId',
  'action',
  'severity',
  'imported',
] as const;
