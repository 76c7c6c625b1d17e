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
export { startFaultProxy } from './start-fault-proxy';
