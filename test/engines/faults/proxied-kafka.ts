/** Three brokers of the line under test, each behind a fault proxy that clients are sent to. */
import { type KafkaCluster, startKafka } from '../../../tools/stack/index';
import { type KafkaFaultProxy, startKafkaFaultProxy } from '../../../tools/stack/proxy/index';
import { lineUnderTest } from '../clusters';

/** The brokers and their proxies; `cluster.innerBootstrap` goes past the proxies. */
export interface ProxiedKafka {
  readonly cluster: KafkaCluster;
  proxy(nodeId: number): KafkaFaultProxy;
  stop(): Promise<void>;
}

const NODES = [1, 2, 3] as const;

/** Starts all; the first start of a release takes its jars first. */
export const startProxiedKafka = async (): Promise<ProxiedKafka> => {
  const proxies = await Promise.all(NODES.map(() => startKafkaFaultProxy({})));
  const proxy = (nodeId: number): KafkaFaultProxy => {
    const found = proxies[nodeId - 1];
    if (found === undefined) throw new Error(`there is no broker ${nodeId}`);
    return found;
  };
  const closeProxies = (): Promise<unknown> => Promise.all(proxies.map((each) => each.close()));
  try {
    const cluster = await startKafka({
      line: lineUnderTest(),
      brokers: 3,
      advertise: (nodeId, listens) => {
        proxy(nodeId).retarget(listens);
        return { host: '127.0.0.1', port: proxy(nodeId).port };
      },
    });
    return {
      cluster,
      proxy,
      stop: async () => {
        await cluster.stop();
        await closeProxies();
      },
    };
  } catch (error) {
    await closeProxies();
    throw error;
  }
};
