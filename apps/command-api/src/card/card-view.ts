/**
 * A card as clients see it.
 */
import { type CardRow, type CardStateRow, formatRfc3339 } from '@millrace/payments';
import { z } from 'zod';

/** Schema of a card in answers. */
export const cardSchema = z.strictObject({
  cardId: z.string(),
  currency: z.string(),
  limitMinor: z.int(),
  country: z.string(),
  holderRef: z.string().optional(),
  blocked: z.boolean(),
  blockReason: z.string().optional(),
  spentMinorByMonth: z.record(z.string(), z.int()),
  openedAt: z.string(),
  version: z.int(),
});

/** A card in answers. */
export type CardView = z.output<typeof cardSchema>;

/** The answer's form of a card. */
export const cardView = (row: CardRow): CardView => ({
  cardId: row.cardId,
  currency: row.currency,
  limitMinor: row.limitMinor,
  country: row.country,
  ...(row.holderRef === undefined ? {} : { holderRef: row.holderRef }),
  blocked: row.blocked,
  ...(row.blockReason === undefined ? {} : { blockReason: row.blockReason }),
  spentMinorByMonth: row.spentMinorByMonth,
  openedAt: formatRfc3339(row.openedAtMs),
  version: row.version,
});

/** The card among the rows of an outcome: every card command gives it. */
export const cardRowOf = (rows: readonly (CardStateRow | undefined)[]): CardRow => {
  const [row] = rows;
  if (row?.kind !== 'card') throw new TypeError('a card command was answered without its card');
  return row;
};
