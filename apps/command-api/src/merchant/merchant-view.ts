/**
 * A merchant as clients see it.
 */
import { formatRfc3339, type MerchantRow } from '@millrace/payments';
import { z } from 'zod';

/** Schema of a merchant in answers. */
export const merchantSchema = z.strictObject({
  merchantId: z.string(),
  name: z.string(),
  category: z.string(),
  mcc: z.string(),
  country: z.string(),
  validFrom: z.string(),
  registeredAt: z.string(),
  updatedAt: z.string(),
  version: z.int(),
});

/** A merchant in answers. */
export type MerchantView = z.output<typeof merchantSchema>;

/** The answer's form of a merchant. */
export const merchantView = (row: MerchantRow): MerchantView => ({
  merchantId: row.merchantId,
  name: row.name,
  category: row.category,
  mcc: row.mcc,
  country: row.country,
  validFrom: formatRfc3339(row.validFromMs),
  registeredAt: formatRfc3339(row.registeredAtMs),
  updatedAt: formatRfc3339(row.updatedAtMs),
  version: row.version,
});
