/**
 * What can happen to a card and to its payments: the events on `card-events`.
 */
import type { MinorUnits } from '../money/minor-units';

/** `manual`: captured by commands within 7 days; `immediate`: captured by the authorization. */
export type CaptureMode = 'manual' | 'immediate';

/** Why a payment was declined. */
export type DeclineReason = 'card-blocked' | 'limit-exceeded' | 'currency-not-supported';

/** Why a cardholder disputes a payment. */
export type DisputeReason = 'fraud' | 'other';

interface EventOf<Type extends string, Data> {
  readonly type: Type;
  /** Event time: `ce_time` in the envelope. */
  readonly occurredAtMs: number;
  readonly data: Data;
}

/** A card exists from now on. */
export type CardOpened = EventOf<
  'card.opened',
  {
    readonly cardId: string;
    readonly currency: string;
    readonly limitMinor: MinorUnits;
    readonly country: string;
    readonly holderRef?: string;
  }
>;

/** Authorizations are declined from now on; also says that an alert was acted upon. */
export type CardBlocked = EventOf<
  'card.blocked',
  { readonly cardId: string; readonly reason: string; readonly alertId?: string }
>;

/** Authorizations are decided by limit and currency again. */
export type CardUnblocked = EventOf<
  'card.unblocked',
  { readonly cardId: string; readonly reason: string }
>;

/** The monthly limit is another one. */
export type CardLimitChanged = EventOf<
  'card.limit-changed',
  { readonly cardId: string; readonly limitMinor: MinorUnits }
>;

/** Which payment an event is about, and where it was made. */
export interface PaymentIds {
  readonly cardId: string;
  readonly paymentId: string;
  readonly merchantId: string;
  /** ISO 18245, four digits. */
  readonly mcc: string;
  /** The merchant's country, ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly terminalId?: string;
}

/** An amount as paid and as billed to the card. */
export interface PaidAmount {
  readonly amountMinor: MinorUnits;
  readonly currency: string;
  readonly billingAmountMinor: MinorUnits;
  /** The card's currency. */
  readonly billingCurrency: string;
}

/** What an authorization asked for. */
export interface AuthorizationData extends PaymentIds, PaidAmount {
  readonly merchantName?: string;
  readonly capture: CaptureMode;
  readonly channel?: string;
  readonly requestHash: string;
}

/** Money is reserved; with `capture: immediate` it is captured too, by this one event. */
export type PaymentAuthorized = EventOf<'payment.authorized', AuthorizationData>;

/** The authorization was refused; nothing is reserved. */
export type PaymentDeclined = EventOf<
  'payment.declined',
  AuthorizationData & { readonly declineReason: DeclineReason }
>;

/** Data of captures and refunds: the piece, as paid and as billed. */
export interface PaymentPieceData extends PaymentIds, PaidAmount {}

/** A piece of the authorized money was taken. */
export type PaymentCaptured = EventOf<'payment.captured', PaymentPieceData>;

/** A piece of the captured money was paid back. */
export type PaymentRefunded = EventOf<'payment.refunded', PaymentPieceData>;

/** Data of void and expiry: what is no longer reserved, as paid and as billed. */
export interface PaymentReleaseData extends PaymentIds {
  readonly releasedMinor: MinorUnits;
  readonly currency: string;
  readonly billingReleasedMinor: MinorUnits;
  readonly billingCurrency: string;
}

/** The authorization was given back. */
export type PaymentVoided = EventOf<'payment.voided', PaymentReleaseData>;

/** What was not captured in 7 days is released. Its event time is the instant of expiry. */
export type PaymentExpired = EventOf<'payment.expired', PaymentReleaseData>;

/** The cardholder disputes the payment. The amount is the payment's. */
export type PaymentDisputed = EventOf<
  'payment.disputed',
  PaymentIds & {
    readonly amountMinor: MinorUnits;
    readonly currency: string;
    readonly reason: DisputeReason;
    readonly paymentOccurredAtMs: number;
  }
>;

/** Events about a payment that exists. */
export type PaymentFollowUpEvent =
  | PaymentCaptured
  | PaymentRefunded
  | PaymentVoided
  | PaymentExpired
  | PaymentDisputed;

/** Events about a payment. */
export type PaymentEvent = PaymentAuthorized | PaymentDeclined | PaymentFollowUpEvent;

/** Events about the card itself. */
export type CardOnlyEvent = CardOpened | CardBlocked | CardUnblocked | CardLimitChanged;

/** Every event on `card-events`. */
export type CardEvent = CardOnlyEvent | PaymentEvent;

/** Names of all events on `card-events`. */
export type CardEventType = CardEvent['type'];
