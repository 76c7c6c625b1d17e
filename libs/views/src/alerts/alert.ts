/**
 * An alert as the views read it from `alerts`.
 */

/** Topic with the newest revision of each alert. */
export const ALERTS_TOPIC = 'alerts';

/** A payment that an alert shows as evidence. */
export interface AlertPayment {
  readonly paymentId: string;
  readonly occurredAtMs: number;
  readonly country: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly billingAmountMinor: number;
  readonly status: string;
}

/** An alert; times are epoch ms of event time. */
export interface Alert {
  readonly alertId: string;
  readonly ruleId: string;
  readonly ruleSetVersion: number;
  readonly keyKind: 'card' | 'terminal' | 'merchant';
  readonly keyId: string;
  readonly cardId?: string;
  readonly action: 'alert' | 'review' | 'block';
  readonly severity: 'low' | 'medium' | 'high' | 'critical';
  readonly reason: string;
  /** The payment that crossed the threshold. */
  readonly crossedBy: string;
  readonly window: {
    readonly kind: 'hopping' | 'trailing';
    readonly startMs: number;
    readonly endMs: number;
  };
  readonly values: Readonly<Record<string, number>>;
  readonly thresholds: Readonly<Record<string, number>>;
  readonly payments: readonly AlertPayment[];
  readonly raisedAtMs: number;
  readonly updatedAtMs: number;
  readonly revision: number;
  readonly imported: boolean;
}
