export {
  COUNTER_LIMIT,
  type CounterCommand,
  type CounterEvent,
  type CounterRow,
  counterAggregate,
  counterTopics,
} from './counter-aggregate';
export {
  acceptedOutcome,
  addTo,
  allRecords,
  counterRequest,
  eventsOfCounter,
} from './counter-log';
