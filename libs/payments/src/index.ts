export type {
  Decision,
  DecisionContext,
  DueCommand,
  PaymentsAggregate,
} from './aggregate-type';
export { cardAggregate } from './card/card-aggregate';
export type {
  AuthorizePayment,
  BlockCard,
  CapturePayment,
  CardCommand,
  CardOnlyCommand,
  ChangeLimit,
  DisputePayment,
  ExpirePayment,
  OpenCard,
  PaymentFollowUp,
  RefundPayment,
  UnblockCard,
  VoidPayment,
} from './card/card-commands';
export type {
  AuthorizationData,
  CaptureMode,
  CardBlocked,
  CardEvent,
  CardEventType,
  CardLimitChanged,
  CardOnlyEvent,
  CardOpened,
  CardUnblocked,
  DeclineReason,
  DisputeReason,
  PaidAmount,
  PaymentAuthorized,
  PaymentCaptured,
  PaymentDeclined,
  PaymentDisputed,
  PaymentEvent,
  PaymentExpired,
  PaymentFollowUpEvent,
  PaymentIds,
  PaymentPieceData,
  PaymentRefunded,
  PaymentReleaseData,
  PaymentVoided,
} from './card/card-events';
export { type CardRow, type CardStateRow, type PaymentRow, paymentRowKey } from './card/card-rows';
export { AUTHORIZATION_LIFE_MS } from './card/expire.decider';
export {
  allowsAct,
  type PaymentAct,
  type PaymentStatus,
  paymentActs,
  paymentLifeCycle,
  paymentLifeCycleMermaid,
  paymentStatuses,
  statusAfter,
} from './card/payment-life-cycle';
export { monthOf } from './card/spending';
export { containsCardNumber } from './edge/card-number';
export {
  type BlockCardRequest,
  blockCardCommand,
  blockCardRequest,
  type ChangeLimitRequest,
  cardPath,
  changeLimitCommand,
  changeLimitRequest,
  type OpenCardRequest,
  openCardCommand,
  openCardRequest,
  type UnblockCardRequest,
  unblockCardCommand,
  unblockCardRequest,
} from './edge/card-requests';
export { cardEventSchemas, type EventSchema, merchantEventSchemas } from './edge/event-schemas';
export {
  merchantPath,
  type PutMerchantRequest,
  putMerchantCommand,
  putMerchantRequest,
} from './edge/merchant-requests';
export {
  type AuthorizePaymentRequest,
  authorizePaymentCommand,
  authorizePaymentRequest,
  type CaptureRequest,
  captureCommand,
  captureRequest,
  type DisputeRequest,
  disputeCommand,
  disputeRequest,
  paymentPath,
  type RefundRequest,
  refundCommand,
  refundRequest,
  type VoidRequest,
  voidCommand,
  voidRequest,
} from './edge/payment-requests';
export { requestHash } from './edge/request-hash';
export { formatRfc3339, parseRfc3339 } from './edge/rfc3339';
export {
  type EnvelopedEvent,
  isCardEvent,
  isCardEventType,
  isCardStateRow,
  isMerchantEvent,
  isMerchantRow,
} from './edge/trusted-records';
export { MAX_AHEAD_MS } from './event-time';
export { merchantAggregate } from './merchant/merchant-aggregate';
export {
  categories,
  categoryOfMcc,
  importMccOf,
  importMccs,
  type MerchantCategory,
} from './merchant/merchant-category';
export type {
  MerchantCommand,
  MerchantEvent,
  MerchantEventData,
  MerchantEventType,
  MerchantFacts,
  MerchantRegistered,
  MerchantRow,
  MerchantUpdated,
  PutMerchant,
} from './merchant/merchant-types';
export {
  currencyCodes,
  currencyExponent,
  isKnownCurrency,
  isTransactableCurrency,
} from './money/currencies';
export { formatDecimalAmount, parseDecimalAmount } from './money/decimal-amount';
export {
  addMinor,
  isMinorUnits,
  type MinorUnits,
  minorUnits,
  type Proportion,
  shareUpTo,
  subtractMinor,
  zeroMinor,
} from './money/minor-units';
export { countryCodes, isKnownCountry } from './place/countries';
export {
  type RejectionCode,
  type RejectionKind,
  rejectionKind,
  rejections,
} from './rejections';
export { type PaymentTopic, paymentTopics, topicNames } from './topics';
