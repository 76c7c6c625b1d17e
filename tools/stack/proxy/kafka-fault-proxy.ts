/**
 * A fault proxy that knows Kafka's framing, so that a fault hits one chosen request: this makes an
 * unknown outcome on purpose (the broker has written, the client never hears of it).
 */
import type { FaultProxy, FaultProxyOptions } from './fault-proxy.port';
import {
  type RequestAction,
  type RequestFault,
  RequestFaults,
  type RequestFilter,
} from './request-faults';
import { TcpFaultProxy } from './tcp-fault-proxy';

/** A fault proxy in front of one broker's plain (not TLS) listener. */
export interface KafkaFaultProxy extends FaultProxy {
  /**
   * Applies an action to the next requests of a kind, whichever connection they come on, also to
   * those sent after it on a present connection. Several faults are served in the order asked for.
   * A request without an answer (Produce with acks = 0) never ends a `dropResponse`.
   *
   * @param times requests; 1 when left out
   */
  onRequest(filter: RequestFilter, action: RequestAction, times?: number): RequestFault;
}

/**
 * Starts a proxy on 127.0.0.1 that a broker may advertise. `heal` forgets faults that have not hit.
 *
 * @returns when it listens
 * @throws Error (EADDRINUSE) when the port asked for is taken
 */
export const startKafkaFaultProxy = async (
  options: FaultProxyOptions,
): Promise<KafkaFaultProxy> => {
  const proxy = new RequestFaultProxy(options);
  await proxy.listen();
  return proxy;
};

class RequestFaultProxy extends TcpFaultProxy implements KafkaFaultProxy {
  readonly #faults: RequestFaults;

  constructor(options: FaultProxyOptions) {
    const faults: RequestFaults = new RequestFaults(() => this.counter);
    super({ ...options, inspect: () => faults.inspector() });
    this.#faults = faults;
  }

  onRequest(filter: RequestFilter, action: RequestAction, times = 1): RequestFault {
    return this.#faults.add(filter, action, times);
  }

  override heal(): Promise<void> {
    this.#faults.clear();
    return super.heal();
  }
}
