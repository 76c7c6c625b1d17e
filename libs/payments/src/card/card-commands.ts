/**
 * What can be asked of a card and of its payments. Times are epoch ms, money is minor units.
 */
import type { MinorUnits } from '../money/minor-units';
import type { CaptureMode, DisputeReason } from './card-events';

interface Timed {
  /** Event time; the owner's present when left out. At most 5 min ahead of it. */
  readonly occurredAtMs?: number;
}

/** Opens a card. */
export interface OpenCard extends Timed {
  readonly type: 'open-card';
  /** ISO 4217, with a minor unit. */
  readonly currency: string;
  /** Per UTC calendar month of event time, in the card's currency. */
  readonly limitMinor: MinorUnits;
  /** Home country, ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly holderRef?: string;
}

/** Blocks a card: each authorization is declined until it is unblocked. */
export interface BlockCard extends Timed {
  readonly type: 'block-card';
  readonly reason: string;
  /** The alert that asks for it; the card remembers it, and never acts on it twice. */
  readonly alertId?: string;
  /** After this instant (exclusive) the wish is void. */
  readonly notAfterMs?: number;
}

/** Takes a block away. */
export interface UnblockCard extends Timed {
  readonly type: 'unblock-card';
  readonly reason: string;
}

/** Changes the monthly limit; what is already spent stays spent. */
export interface ChangeLimit extends Timed {
  readonly type: 'change-limit';
  readonly limitMinor: MinorUnits;
}

/** Asks whether a payment may be made. */
export interface AuthorizePayment extends Timed {
  readonly type: 'authorize-payment';
  readonly paymentId: string;
  readonly merchantId: string;
  readonly merchantName?: string;
  /** ISO 18245, four digits. */
  readonly mcc: string;
  /** The merchant's country, ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly terminalId?: string;
  readonly amountMinor: MinorUnits;
  readonly currency: string;
  /** The amount in the card's currency; required when `currency` differs from it. */
  readonly billingAmountMinor?: MinorUnits;
  readonly capture: CaptureMode;
  readonly channel?: string;
  /** Of the request as it was sent: tells a repeat from another payment with the same id. */
  readonly requestHash: string;
}

/** Takes money that was authorized, all or a part. */
export interface CapturePayment extends Timed {
  readonly type: 'capture-payment';
  readonly paymentId: string;
  /** > 0, in the payment's currency. */
  readonly amountMinor: MinorUnits;
}

/** Gives an authorization back of which nothing was captured. */
export interface VoidPayment extends Timed {
  readonly type: 'void-payment';
  readonly paymentId: string;
}

/** Pays captured money back, all or a part. */
export interface RefundPayment extends Timed {
  readonly type: 'refund-payment';
  readonly paymentId: string;
  /** > 0, in the payment's currency. */
  readonly amountMinor: MinorUnits;
}

/** The cardholder disputes the payment (chargeback). */
export interface DisputePayment extends Timed {
  readonly type: 'dispute-payment';
  readonly paymentId: string;
  readonly reason: DisputeReason;
}

/** Releases what was not captured in time; sent by the owner's sweep. */
export interface ExpirePayment {
  readonly type: 'expire-payment';
  readonly paymentId: string;
}

/** Commands about the card itself. */
export type CardOnlyCommand = OpenCard | BlockCard | UnblockCard | ChangeLimit;

/** Commands about a payment that exists. */
export type PaymentFollowUp =
  | CapturePayment
  | VoidPayment
  | RefundPayment
  | DisputePayment
  | ExpirePayment;

/** Everything that can be asked of the card aggregate. */
export type CardCommand = CardOnlyCommand | AuthorizePayment | PaymentFollowUp;
