/** `kafka://host:port,host:port`: the form of MILLRACE_KAFKA_URL. */
import { type BrokerAddress } from './wire/ask-broker';
import { clusterView } from './wire/cluster-view';

/** @param bootstrap `host:port` of each broker */
export const kafkaUrl = (bootstrap: readonly string[]): string => `kafka://${bootstrap.join(',')}`;

/** @throws Error when the text is not such a URL */
export const brokersOfUrl = (url: string): readonly BrokerAddress[] => {
  const list = /^kafka:\/\/([^/]+)\/?$/.exec(url)?.[1]?.split(',') ?? [];
  const brokers = list.map((text) => {
    const [, host = '', port = ''] = /^(.+):(\d+)$/.exec(text) ?? [];
    return { host, port: Number(port) };
  });
  if (brokers.length === 0 || brokers.some(({ host }) => host === '')) {
    throw new Error(`"${url}" is not of the form kafka://host:port,host:port`);
  }
  return brokers;
};

/**
 * Ready when each of these brokers answers and sees at least as many brokers as the URL names.
 *
 * @returns how many brokers there are; brokers do not tell their release
 */
export const probeKafka = async (url: string): Promise<string> => {
  const addresses = brokersOfUrl(url);
  const views = await Promise.all(addresses.map(clusterView));
  const fewest = Math.min(...views.map(({ brokers }) => brokers.length));
  if (fewest < addresses.length) throw new Error(`sees ${fewest} of ${addresses.length} brokers`);
  return `${fewest} broker${fewest === 1 ? '' : 's'}`;
};
