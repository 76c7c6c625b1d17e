/**
 * Payments of a scene, played through the topology `detect` without a log. Event times are given
 * as ms after the scene's begin.
 */
import { encodeEvent, SOURCE_COMMAND_API } from '@millrace/event-sourcing';
import { topicNames } from '@millrace/payments';
import { TopologyRun } from '@millrace/streams/testing';
import type { Alert } from '../alert/alert';
import { type DetectOptions, detectTopology } from '../detect/detect.topology';
import { defaultRuleSet } from '../rules/default-rules';
import type { RuleDefinition, RuleSet } from '../rules/rule';

/** 2025-03-01T10:00:00Z, on the grid of every hop of a minute. */
export const SCENE_STARTS_MS = Date.UTC(2025, 2, 1, 10);

const MINUTE_MS = 60_000;

/** What a payment may have besides time and country. */
export interface ScenePayment {
  /** Default card_1. */
  readonly cardId?: string;
  /** Default pay_<n>, n counting the payments of the scene from 1. */
  readonly paymentId?: string;
  readonly terminalId?: string;
  readonly declined?: boolean;
  /** Default the command-api's. */
  readonly source?: string;
}

/** A topology at work and what it said. */
export class DetectionScene {
  readonly run: TopologyRun;
  #payments = 0;

  constructor(options: DetectOptions = {}, lanes = 1) {
    this.run = new TopologyRun(detectTopology(options), { lanes });
  }

  /** One payment of 10.00 EUR; returns its id. */
  pay(afterMs: number, country: string, given: ScenePayment = {}): string {
    this.#payments += 1;
    const { cardId = 'card_1', paymentId = `pay_${this.#payments}`, terminalId } = given;
    const money = { amountMinor: 1_000, currency: 'EUR' };
    const billed = { billingAmountMinor: 1_000, billingCurrency: 'EUR' };
    const place = { merchantId: 'mer_1', mcc: '5411', country };
    const { value, headers = {} } = encodeEvent({
      topic: topicNames.cardEvents,
      partition: 0,
      id: `${cardId}/${this.#payments}`,
      type: given.declined === true ? 'payment.declined' : 'payment.authorized',
      source: given.source ?? SOURCE_COMMAND_API,
      timeMs: SCENE_STARTS_MS + afterMs,
      subject: cardId,
      version: this.#payments,
      data: {
        cardId,
        paymentId,
        ...place,
        ...(terminalId === undefined ? {} : { terminalId }),
        ...money,
        ...billed,
        capture: 'manual',
        requestHash: 'hash',
        ...(given.declined === true ? { declineReason: 'card-blocked' } : {}),
      },
    });
    this.run.pipe(topicNames.cardEvents, { key: cardId, value, headers });
    return paymentId;
  }

  /** Five payments in three countries within 4 minutes; returns the last one's id: it crosses. */
  burst(startMs: number, given: ScenePayment = {}): string {
    ['BE', 'FR', 'FR', 'BE'].forEach((country, i) => {
      this.pay(startMs + i * MINUTE_MS, country, given);
    });
    return this.pay(startMs + 4 * MINUTE_MS - 1, 'DE', given);
  }

  /** One payment in each country, all at once. */
  payAll(afterMs: number, countries: readonly string[], given: ScenePayment = {}): void {
    for (const country of countries) this.pay(afterMs, country, given);
  }

  /** Alerts in all their revisions, in order. */
  alerts(ruleId?: string): readonly Alert[] {
    return this.run
      .read('alert-events')
      .map(({ value }): Alert => JSON.parse(value ?? ''))
      .filter((alert) => ruleId === undefined || alert.ruleId === ruleId);
  }

  /** Alerts as they were raised. */
  raised(ruleId?: string): readonly Alert[] {
    return this.alerts(ruleId).filter(({ revision }) => revision === 1);
  }
}

/** A rule set of one default rule, changed. */
export const onlyRule = (ruleId: string, change: Partial<RuleDefinition> = {}): RuleSet => ({
  version: 7,
  rules: defaultRuleSet.rules
    .filter((rule) => rule.ruleId === ruleId)
    .map((rule) => ({ ...rule, ...change })),
});
