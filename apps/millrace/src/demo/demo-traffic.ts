/**
 * Payments of the demo on their way into the command runtime: cast first, then the story in a clock
 * that waits, then ordinary payments in real time.
 */
import type { EpochMs } from '@millrace/event-log';
import type { CommandOutcome, CommandRequest } from '@millrace/event-sourcing';
import { categoryOfMcc, isCardStateRow, type PaymentRow } from '@millrace/payments';
import {
  commandOf,
  type GeneratedPayment,
  generatePayments,
  openCard,
  putMerchant,
} from '@millrace/testkit';
import type { DemoClock } from './demo-clock';
import { type DemoPlan, demoCards, demoMerchants } from './demo-plan';
import type { StoryLedger } from './story-ledger';

/** What traffic needs of the system. */
export interface TrafficHost {
  readonly clock: DemoClock;
  readonly submitAll: (requests: readonly CommandRequest[]) => Promise<readonly CommandOutcome[]>;
  /** Resolves when detection and responder have read what was written so far. */
  readonly settled: () => Promise<void>;
  readonly elapsedMs: () => number;
  readonly signal: AbortSignal;
}

/** Payments a second of the demo's own time while the story is told. */
const STORY_RATE = 0.15;
const BATCH = 64;
/** Ordinary payments are sent this often. */
const TICK_MS = 50;

/** Sends payments and counts them. */
export class DemoTraffic {
  #payments = 0;
  #declined = 0;

  constructor(
    private readonly host: TrafficHost,
    private readonly plan: DemoPlan,
    private readonly ledger: StoryLedger,
  ) {}

  /** Payments decided so far. */
  get payments(): number {
    return this.#payments;
  }

  /** How many of them were declined. */
  get declined(): number {
    return this.#declined;
  }

  /** Opens the cards and registers the merchants; what is there already stays as it is. */
  async openAll(): Promise<void> {
    const occurredAtMs = this.plan.beginMs;
    const cards = demoCards(this.plan).map(({ cardId, currency, limitMinor, country }) => ({
      aggregate: 'card',
      aggregateId: cardId,
      command: openCard({ currency, limitMinor, country, occurredAtMs }),
    }));
    const merchants = demoMerchants(this.plan).map(({ merchantId, name, mcc, country }) => ({
      aggregate: 'merchant',
      aggregateId: merchantId,
      command: putMerchant({
        name,
        category: categoryOfMcc(mcc),
        mcc,
        country,
        validFromMs: occurredAtMs,
        occurredAtMs,
      }),
    }));
    await this.host.submitAll([...cards, ...merchants]);
  }

  /**
   * Tells the story, or what is left of it. Between two of its payments minutes pass, so the clock
   * waits until detection and responder have caught up, as they would have by then.
   */
  async tellStory(): Promise<void> {
    const { clock, signal } = this.host;
    const fromMs = Math.max(clock.nowMs(), this.plan.beginMs);
    const others = this.#ordinary(fromMs, STORY_RATE);
    let other = others.next().value;
    for (const payment of this.plan.story.payments) {
      while (other.occurredAtMs < payment.occurredAtMs) {
        const batch: GeneratedPayment[] = [];
        for (; other.occurredAtMs < payment.occurredAtMs && batch.length < BATCH; ) {
          batch.push(other);
          other = others.next().value;
        }
        await this.#send(batch);
        if (signal.aborted) return;
      }
      await this.#sendOfStory(payment);
      if (signal.aborted) return;
    }
    clock.advanceTo(this.plan.storyEndMs);
  }

  /** Ordinary payments at `ratePerSecond` in the clock's time until the signal. */
  async flow(
    ratePerSecond: number,
    pause: (ms: number, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const { clock, signal } = this.host;
    const others = this.#ordinary(clock.nowMs(), ratePerSecond);
    let other = others.next().value;
    while (!signal.aborted) {
      const due: GeneratedPayment[] = [];
      const nowMs = clock.nowMs();
      for (; other.occurredAtMs <= nowMs; other = others.next().value) due.push(other);
      if (due.length > 0) await this.#send(due);
      await pause(TICK_MS, signal);
    }
  }

  #ordinary(fromMs: EpochMs, ratePerSecond: number) {
    const { seed, population } = this.plan;
    const cards = population.habits.length;
    return generatePayments({ seed, cards, fromMs, ratePerSecond, population });
  }

  async #send(payments: readonly GeneratedPayment[]): Promise<readonly CommandOutcome[]> {
    const last = payments.at(-1);
    if (last !== undefined) this.host.clock.advanceTo(last.occurredAtMs);
    const outcomes = await this.host.submitAll(payments.map(requestOf));
    for (const outcome of outcomes) {
      this.#payments += outcome.kind === 'accepted' ? 1 : 0;
      this.#declined += paymentOf(outcome)?.status === 'declined' ? 1 : 0;
    }
    return outcomes;
  }

  async #sendOfStory(payment: GeneratedPayment): Promise<void> {
    const [outcome] = await this.#send([payment]);
    const committedAtMs = this.host.elapsedMs();
    const row = outcome === undefined ? undefined : paymentOf(outcome);
    if (outcome === undefined || row === undefined) return;
    this.ledger.add({
      paymentId: row.paymentId,
      country: row.country,
      amountMinor: row.billingAmountMinor,
      status: row.status === 'declined' ? 'declined' : 'authorized',
      // Of a payment from an earlier run nobody knows when it was committed.
      ...(outcome.kind === 'accepted' ? { committedAtMs } : {}),
    });
    if (outcome.kind === 'accepted') await this.host.settled();
  }
}

const requestOf = (payment: GeneratedPayment): CommandRequest => ({
  aggregate: 'card',
  aggregateId: payment.cardId,
  command: commandOf(payment),
});

const paymentOf = (outcome: CommandOutcome): PaymentRow | undefined => {
  if (outcome.kind === 'rejected') return undefined;
  return outcome.rows.filter(isCardStateRow).find((row) => row.kind === 'payment');
};
