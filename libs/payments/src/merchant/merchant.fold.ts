/**
 * A merchant's row after each of its events.
 */
import type { MerchantEvent, MerchantRow } from './merchant-types';

/** The merchant's row after an event; `version` is the event's number in the merchant's stream. */
export const foldMerchant = (
  merchant: MerchantRow | undefined,
  { data, occurredAtMs }: MerchantEvent,
  version: number,
): MerchantRow => ({
  kind: 'merchant',
  ...data,
  registeredAtMs: merchant?.registeredAtMs ?? occurredAtMs,
  updatedAtMs: occurredAtMs,
  version,
});
