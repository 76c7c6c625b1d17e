/** Whether brokers serve and replicas are in sync, found out by asking each of them. */

import { poll } from '../poll';
import type { EngineProcess } from '../processes/engine-process';
import type { BrokerAddress } from './wire/ask-broker';
import { type ClusterView, clusterView } from './wire/cluster-view';

/** A broker and what it should know. */
export interface Expectation {
  readonly nodeId: number;
  readonly address: BrokerAddress;
  /** Brokers that it must see, itself among them. */
  readonly brokers: number;
}

const START_DEADLINE_MS = 90_000;

/** Resolves when the broker answers, is registered and sees as many brokers as expected. */
export const serves = async (
  engine: EngineProcess,
  { nodeId, address, brokers }: Expectation,
): Promise<void> => {
  await poll(
    async () => {
      engine.assertRuns();
      const view = await clusterView(address);
      const registered = view.brokers.some((broker) => broker.nodeId === nodeId);
      return registered && view.brokers.length >= brokers ? true : undefined;
    },
    {
      what: `${engine.launch.name} to serve`,
      deadlineMs: START_DEADLINE_MS,
      detail: () => engine.logTail(),
    },
  );
};

/** Resolves when every broker sees all brokers and every partition with a full set in sync. */
export const allInSync = async (
  brokers: readonly { readonly nodeId: number; readonly address: BrokerAddress }[],
  deadlineMs: number,
): Promise<void> => {
  let missing: readonly string[] = [];
  await poll(
    async () => {
      const found = await Promise.all(
        brokers.map(async ({ nodeId, address }) => {
          const lacks = await clusterView(address).then(
            (view) => lackOf(view, brokers.length),
            (error: Error) => error.message,
          );
          return lacks === undefined ? [] : [`broker ${nodeId}: ${lacks}`];
        }),
      );
      missing = found.flat();
      return missing.length === 0 ? true : undefined;
    },
    { what: 'all replicas in sync', deadlineMs, detail: () => `: ${missing.join('; ')}` },
  );
};

const lackOf = (view: ClusterView, brokers: number): string | undefined => {
  const behind = view.partitions.filter(
    ({ leader, replicas, isr }) => leader < 0 || isr.length < replicas.length,
  );
  const [first] = behind;
  if (first === undefined) {
    return view.brokers.length < brokers ? seen(view.brokers.length, brokers) : undefined;
  }
  const { topic, partition, leader, replicas, isr } = first;
  return (
    `${seen(view.brokers.length, brokers)}, ${behind.length} partitions not in sync, ` +
    `such as ${topic}/${partition}: leader ${leader}, ${isr.length} of ${replicas.length} replicas`
  );
};

const seen = (brokers: number, all: number): string => `sees ${brokers} of ${all} brokers`;
