/**
 * Topology `detect`: `card-events` -> rules -> `alert-events` and `alerts`. No join: a payment
 * carries all that rules look at, so detection waits for nothing.
 */
import type { RecordHeaders } from '@millrace/event-log';
import { SCHEMA_VERSION } from '@millrace/event-sourcing';
import { topicNames } from '@millrace/payments';
import { type Stream, type Topology, topology } from '@millrace/streams';
import { alertHeaders, SOURCE_STREAM_PROCESSOR } from '../alert/alert-record';
import { assertNever } from '../assert-never';
import { type PaymentFact, paymentFactOf } from '../payment/payment-fact';
import { defaultRuleSet } from '../rules/default-rules';
import type { RuleKeyKind, RuleSet } from '../rules/rule';
import { fraudTopicNames } from '../topics';
import { type DetectionLimits, detectionParts } from './detection-parts';
import { detector, detectorStores, type Finding } from './detector';

/** What detection is made with. */
export interface DetectOptions extends DetectionLimits {
  /** Default: the default set, version 0. */
  readonly ruleSet?: RuleSet;
}

/**
 * The topology `detect`.
 *
 * Counts authorized and declined payments. Rules keyed by card work in the card's lane; rules keyed
 * by terminal or merchant move payments to the lane of their key through
 * `detect-terminal-repartition`, `detect-merchant-repartition`. A payment is counted while any rule
 * of its kind of key has an open window for it, else it goes to `late-payments`. A record that
 * cannot be read stops its lane.
 *
 * @throws RuleSetInvalidError (FRAUD_RULE_SET_INVALID)
 */
export const detectTopology = (options: DetectOptions = {}): Topology => {
  const { ruleSet = defaultRuleSet, ...limits } = options;
  const parts = detectionParts(ruleSet, limits);
  return topology('detect', (builder) => {
    const payments = builder.stream<PaymentFact>(topicNames.cardEvents, {
      decode: paymentFactOf,
      timestamp: (payment) => payment.occurredAtMs,
      key: (payment) => payment.cardId,
    });
    for (const [keyKind, detection] of parts) {
      const findings = byKey(payments, keyKind).process(
        detectorStores(keyKind),
        detector(keyKind, detection),
      );
      writeFindings(findings);
    }
  });
};

const byKey = (payments: Stream<PaymentFact>, keyKind: RuleKeyKind) => {
  switch (keyKind) {
    case 'card':
      return payments.groupByKey();
    case 'terminal':
      // Payments without a terminal (online) are no concern of such a rule.
      return payments
        .filter(({ terminalId }) => terminalId !== null)
        .groupBy(({ terminalId }) => terminalId, { name: 'terminal' });
    case 'merchant':
      return payments.groupBy(({ merchantId }) => merchantId, { name: 'merchant' });
    default:
      return assertNever(keyKind);
  }
};

type AlertFinding = Extract<Finding, { kind: 'alert' }>;
type LateFinding = Extract<Finding, { kind: 'late' }>;

const writeFindings = (findings: Stream<Finding>): void => {
  const alerts = findings.filter((finding): finding is AlertFinding => finding.kind === 'alert');
  for (const topic of [fraudTopicNames.alertEvents, fraudTopicNames.alerts]) {
    alerts.to(topic, {
      key: ({ alert }) => alert.alertId,
      value: ({ alert }) => JSON.stringify(alert),
      headers: ({ alert }, record) => alertHeaders(alert, record.headers),
      routingKey: ({ keyId }) => keyId,
    });
  }
  findings
    .filter((finding): finding is LateFinding => finding.kind === 'late')
    .to(fraudTopicNames.latePayments, {
      key: ({ late }) => late.cardId,
      value: ({ late, payment }) => JSON.stringify({ ...late, payment }),
      headers: ({ late }, record) => lateHeaders(late.paymentId, record),
      routingKey: ({ late }) => late.keyId,
    });
};

const lateHeaders = (
  paymentId: string,
  record: { readonly headers: RecordHeaders; readonly timestampMs: number },
): RecordHeaders => ({
  ce_specversion: '1.0',
  ce_id: record.headers['ce_id'] ?? paymentId,
  ce_type: 'payment.late',
  ce_source: SOURCE_STREAM_PROCESSOR,
  ce_time: new Date(record.timestampMs).toISOString(),
  ce_subject: paymentId,
  schemaversion: String(SCHEMA_VERSION),
});
