/**
 * The rows of a card in `card-state`: one for the card, one for each payment.
 */
import type { MinorUnits } from '../money/minor-units';
import type { AuthorizationData, CaptureMode, DeclineReason, DisputeReason } from './card-events';
import type { PaymentStatus } from './payment-life-cycle';

/** The card's own row; key = card id. */
export interface CardRow {
  readonly kind: 'card';
  readonly cardId: string;
  readonly currency: string;
  /** Per UTC calendar month of event time. */
  readonly limitMinor: MinorUnits;
  /** The limit with which the card was opened: a repeated opening is recognised by it. */
  readonly openedLimitMinor: MinorUnits;
  readonly country: string;
  readonly holderRef?: string;
  readonly blocked: boolean;
  readonly blockReason?: string;
  /** Alerts on which this card has acted, oldest first; the last 50. */
  readonly actedAlertIds: readonly string[];
  /** Billing amounts reserved or captured, less what was given back, by 'YYYY-MM'; no zeros. */
  readonly spentMinorByMonth: Readonly<Record<string, MinorUnits>>;
  readonly openedAtMs: number;
  /** Number of the card's last event. */
  readonly version: number;
}

/** One payment; key = `<cardId>/<paymentId>`. */
export interface PaymentRow extends AuthorizationData {
  readonly kind: 'payment';
  readonly status: PaymentStatus;
  readonly declineReason?: DeclineReason;
  /** 0 when declined, else the amount. */
  readonly authorizedMinor: MinorUnits;
  /** capturedMinor + releasedMinor <= authorizedMinor. */
  readonly capturedMinor: MinorUnits;
  /** refundedMinor <= capturedMinor. */
  readonly refundedMinor: MinorUnits;
  /** Given back by void or expiry without having been captured. */
  readonly releasedMinor: MinorUnits;
  readonly capture: CaptureMode;
  readonly disputeReason?: DisputeReason;
  /** Event time of the authorization. */
  readonly occurredAtMs: number;
  /** Event time of the latest event. */
  readonly updatedAtMs: number;
  /** When what is not captured will be released; absent when nothing is left to release. */
  readonly expiresAtMs?: number;
  /** Number of the card's event that changed this row last. */
  readonly version: number;
}

/** A row of `card-state`. */
export type CardStateRow = CardRow | PaymentRow;

/** Key of a payment's row in `card-state`. Ids hold no slash, so it names one payment of one card. */
export const paymentRowKey = (cardId: string, paymentId: string): string =>
  `${cardId}/${paymentId}`;
