export { type Alert, type AlertEventType, type AlertPayment, alertSchema } from './alert/alert';
export { type AlertOrigin, alertIdOf } from './alert/alert-id';
export {
  type AlertEvent,
  alertHeaders,
  readAlertEvent,
  SOURCE_STREAM_PROCESSOR,
} from './alert/alert-record';
export { type DetectOptions, detectTopology } from './detect/detect.topology';
export type { DetectionLimits } from './detect/detection-parts';
export type { LatePayment } from './detect/detector';
export { MAX_ALERT_PAYMENTS } from './detect/episode';
export { AlertUnreadableError, RuleSetInvalidError } from './fraud.errors';
export { type PaymentFact, paymentFactOf } from './payment/payment-fact';
export {
  BLOCK_LIFE_MS,
  type BlockDecision,
  type CardBlock,
  decideBlock,
  type NoBlockReason,
} from './respond/block-decision';
export { defaultRuleSet } from './rules/default-rules';
export type {
  AlertAction,
  AlertSeverity,
  Comparator,
  FilterField,
  FilterTest,
  RuleAggregate,
  RuleCondition,
  RuleDefinition,
  RuleKeyKind,
  RuleSet,
  RuleWindow,
} from './rules/rule';
export { ruleSchema, ruleSetSchema } from './rules/rule-schema';
export { fraudTopicNames, fraudTopics } from './topics';
