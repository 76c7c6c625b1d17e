/**
 * Registering a merchant, or changing what is known of it from some instant on.
 */
import { accepted, type Decision, type DecisionContext, unchanged } from '../aggregate-type';
import { eventTimeOf } from '../event-time';
import type { MerchantEvent, MerchantRow, PutMerchant } from './merchant-types';

/** Decides a put; the facts that are already known (and the same `validFrom`, if given): unchanged. */
export const decidePutMerchant = (
  merchant: MerchantRow | undefined,
  command: PutMerchant,
  { aggregateId, nowMs }: DecisionContext,
): Decision<MerchantEvent> => {
  if (merchant !== undefined && saysTheSame(merchant, command)) return unchanged;
  const occurredAtMs = eventTimeOf(command.occurredAtMs, nowMs);
  if (typeof occurredAtMs !== 'number') return occurredAtMs;
  const { name, category, mcc, country } = command;
  const validFromMs = command.validFromMs ?? occurredAtMs;
  const data = { merchantId: aggregateId, name, category, mcc, country, validFromMs };
  const type = merchant === undefined ? 'merchant.registered' : 'merchant.updated';
  return accepted({ type, occurredAtMs, data });
};

const saysTheSame = (merchant: MerchantRow, command: PutMerchant): boolean =>
  merchant.name === command.name &&
  merchant.category === command.category &&
  merchant.mcc === command.mcc &&
  merchant.country === command.country &&
  (command.validFromMs === undefined || command.validFromMs === merchant.validFromMs);
