/**
 * The request about a merchant as it comes in, and the command it means.
 */
import { z } from 'zod';
import { categoryOfMcc } from '../merchant/merchant-category';
import type { PutMerchant } from '../merchant/merchant-types';
import { country, freeText, identifier, instant, mcc } from './fields';

/** Body of `PUT /v1/merchants/{merchantId}`. A missing category is the one of the MCC. */
export const putMerchantRequest = z.strictObject({
  name: freeText(120),
  category: freeText(64).optional(),
  mcc,
  country,
  validFrom: instant.optional(),
});

/** A parsed `putMerchantRequest`. */
export type PutMerchantRequest = z.output<typeof putMerchantRequest>;

/** Path parameters `/v1/merchants/{merchantId}`. */
export const merchantPath = z.strictObject({ merchantId: identifier });

/** The command of a `putMerchantRequest`; its merchant is the aggregate that it is sent to. */
export const putMerchantCommand = (
  request: PutMerchantRequest,
  occurredAtMs?: number,
): PutMerchant => ({
  type: 'put-merchant',
  name: request.name,
  category: request.category ?? categoryOfMcc(request.mcc),
  mcc: request.mcc,
  country: request.country,
  ...(request.validFrom === undefined ? {} : { validFromMs: request.validFrom }),
  ...(occurredAtMs === undefined ? {} : { occurredAtMs }),
});
