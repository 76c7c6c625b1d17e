/**
 * Keeps account of the story: what the thief got, what was declined, and how fast the alert came.
 */
import type { Alert } from '@millrace/fraud';

/** A payment of the story and its outcome. */
export interface StoryPayment {
  readonly paymentId: string;
  readonly country: string;
  readonly amountMinor: number;
  readonly status: 'authorized' | 'declined';
  /** Monotonic ms when its commit was answered; unknown of an earlier run. */
  readonly committedAtMs?: number;
}

/** The story so far, in money. */
export interface StoryAccount {
  readonly authorized: number;
  readonly declined: number;
  readonly lostMinor: number;
  readonly savedMinor: number;
}

/** Collects the story's payments; answers from memory. */
export class StoryLedger {
  readonly #payments = new Map<string, StoryPayment>();

  add(payment: StoryPayment): void {
    this.#payments.set(payment.paymentId, payment);
  }

  get account(): StoryAccount {
    const all = [...this.#payments.values()];
    const authorized = all.filter(({ status }) => status === 'authorized');
    const declined = all.filter(({ status }) => status === 'declined');
    return {
      authorized: authorized.length,
      declined: declined.length,
      lostMinor: sum(authorized),
      savedMinor: sum(declined),
    };
  }

  /** From the commit of the payment that crossed to `seenAtMs`; undefined if it is not known. */
  latencyMs(alert: Pick<Alert, 'crossedBy'>, seenAtMs: number): number | undefined {
    const committedAtMs = this.#payments.get(alert.crossedBy)?.committedAtMs;
    return committedAtMs === undefined ? undefined : seenAtMs - committedAtMs;
  }
}

const sum = (payments: readonly StoryPayment[]): number =>
  payments.reduce((total, { amountMinor }) => total + amountMinor, 0);
