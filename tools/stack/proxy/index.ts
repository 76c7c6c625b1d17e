/** Fault proxies: in front of brokers and stores, to make the network fail on purpose. */

export type { FaultCounts, FaultHits } from './fault-counts';
export type {
  Address,
  Direction,
  Directions,
  FaultProxy,
  FaultProxyOptions,
  JitteredDelay,
} from './fault-proxy.port';
export {
  type HttpFaultCounts,
  type HttpFaultProxy,
  startHttpFaultProxy,
} from './http-fault-proxy';
export type { InjectedResponse, Injection } from './injected-responses';
export { type KafkaFaultProxy, startKafkaFaultProxy } from './kafka-fault-proxy';
export type { RequestAction, RequestFault, RequestFilter } from './request-faults';
export { startFaultProxy } from './start-fault-proxy';
