/**
 * Fast decoders for records that our own writers made: the kind is checked, the fields are
 * trusted. Foreign records go through the schemas instead.
 */
import type { CardEvent, CardEventType } from '../card/card-events';
import type { CardStateRow } from '../card/card-rows';
import type { MerchantEvent, MerchantRow } from '../merchant/merchant-types';
import { cardEventSchemas, merchantEventSchemas } from './event-schemas';

/** An event as it comes out of its envelope: type, event time, parsed JSON. */
export interface EnvelopedEvent {
  readonly type: string;
  readonly occurredAtMs: number;
  readonly data: unknown;
}

/** Whether this is the type of an event on `card-events`. */
export const isCardEventType = (type: string): type is CardEventType =>
  Object.hasOwn(cardEventSchemas, type);

/** Whether an event read from `card-events` is one of ours; its data is trusted. */
export const isCardEvent = (event: EnvelopedEvent): event is CardEvent =>
  isCardEventType(event.type) && isObject(event.data) && typeof event.data['cardId'] === 'string';

/** Whether an event read from `merchant-events` is one of ours; its data is trusted. */
export const isMerchantEvent = (event: EnvelopedEvent): event is MerchantEvent =>
  Object.hasOwn(merchantEventSchemas, event.type) &&
  isObject(event.data) &&
  typeof event.data['merchantId'] === 'string';

/** Whether a value read from `card-state` is one of its rows; its fields are trusted. */
export const isCardStateRow = (value: unknown): value is CardStateRow =>
  isObject(value) &&
  (value['kind'] === 'card' || value['kind'] === 'payment') &&
  typeof value['version'] === 'number';

/** Whether a value read from `merchants` is one of its rows; its fields are trusted. */
export const isMerchantRow = (value: unknown): value is MerchantRow =>
  isObject(value) && value['kind'] === 'merchant' && typeof value['version'] === 'number';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
