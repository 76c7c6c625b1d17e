/** Starts a TCP fault proxy. */
import type { FaultProxy, FaultProxyOptions } from './fault-proxy.port';
import { TcpFaultProxy } from './tcp-fault-proxy';

/**
 * Starts a proxy on 127.0.0.1, in front of a Kafka broker that advertises it, or of a store.
 *
 * @returns when it listens
 * @throws Error (EADDRINUSE) when the port asked for is taken
 */
export const startFaultProxy = async (options: FaultProxyOptions): Promise<FaultProxy> => {
  const proxy = new TcpFaultProxy(options);
  await proxy.listen();
  return proxy;
};
