/**
 * Commands, events and the row of a merchant.
 */

/** What is known of a merchant. */
export interface MerchantFacts {
  readonly name: string;
  readonly category: string;
  /** ISO 18245, four digits. */
  readonly mcc: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

/** Registers a merchant, or changes what is known of it. */
export interface PutMerchant extends MerchantFacts {
  readonly type: 'put-merchant';
  /** From when on (event time) these facts hold; the present when left out. */
  readonly validFromMs?: number;
  /** Event time of the command; the owner's present when left out. */
  readonly occurredAtMs?: number;
}

/** Everything that can be asked of the merchant aggregate. */
export type MerchantCommand = PutMerchant;

/** Data of both events. */
export interface MerchantEventData extends MerchantFacts {
  readonly merchantId: string;
  readonly validFromMs: number;
}

/** A merchant is known from now on. */
export interface MerchantRegistered {
  readonly type: 'merchant.registered';
  readonly occurredAtMs: number;
  readonly data: MerchantEventData;
}

/** Other facts hold from `validFromMs` on. */
export interface MerchantUpdated {
  readonly type: 'merchant.updated';
  readonly occurredAtMs: number;
  readonly data: MerchantEventData;
}

/** Every event on `merchant-events`. */
export type MerchantEvent = MerchantRegistered | MerchantUpdated;

/** Names of all events on `merchant-events`. */
export type MerchantEventType = MerchantEvent['type'];

/** The row of a merchant in `merchants`; key = merchant id. Holds the latest put. */
export interface MerchantRow extends MerchantFacts {
  readonly kind: 'merchant';
  readonly merchantId: string;
  readonly validFromMs: number;
  readonly registeredAtMs: number;
  readonly updatedAtMs: number;
  /** Number of the merchant's last event. */
  readonly version: number;
}
