export {
  type AuthorizeOptions,
  authorize,
  blockCard,
  capture,
  dispute,
  type FollowUpOptions,
  openCard,
  type Plain,
  putMerchant,
  refund,
  voidPayment,
} from './build/commands';
export {
  type AuthorizationOptions,
  authorized,
  captured,
  cardBlocked,
  cardOpened,
  cardUnblocked,
  declined,
  disputed,
  refunded,
} from './build/events';
export { cardEventHeaders, cardEventRecord, type EventPlace, readRecord } from './build/records';
export {
  AggregateRun,
  type TestedAggregate,
  type TestedDecision,
  type TestedEvent,
} from './decider/aggregate-run';
export { Given, type GivenOptions, given, Then } from './decider/given';
export { type Seed, SeededRandom } from './random/seeded-random';
export { at, days, hours, ManualClock, minutes, seconds } from './time/manual-clock';
export { type FraudStory, type FraudStoryOptions, fraudStory } from './traffic/fraud-story';
export { commandOf, type GeneratedPayment, requestBodyOf } from './traffic/generated-payment';
export { generatePayments, type PaymentGeneratorOptions } from './traffic/payment-generator';
export { type Place, places } from './traffic/places';
export {
  type GeneratedCard,
  type GeneratedMerchant,
  generatePopulation,
  type Habits,
  type Population,
  type PopulationOptions,
  type Shop,
} from './traffic/population';
export { type Trade, trades } from './traffic/trades';
