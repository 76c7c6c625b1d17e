/** Catches one request of a copier at the brokers' proxies, at a known point of its transaction. */

import { poll } from '../../../tools/stack/poll';
import type { RequestAction } from '../../../tools/stack/proxy/index';
import type { CopyRun } from './copy-run';
import type { ProxiedKafka } from './proxied-kafka';

/** Kafka's numbers of the requests of a transaction. */
export const API = { produce: 0, addPartitionsToTxn: 24, endTxn: 26 } as const;

/** What to catch. */
export interface Catch {
  readonly apiKey: number;
  readonly action: RequestAction;
  /**
   * Whether the transaction must be undecided. A commit repeats its EndTxn until the markers are
   * written, and the first of them may pass before the lever is set: then it is tried again.
   */
  readonly undecided: boolean;
  /** Brokers at which it is caught; all when left out. */
  readonly nodes?: readonly number[];
}

const DEADLINE_MS = 30_000;
const TRIES = 50;
/** Markers of a transaction that is decided are written within some ms. */
const MARKERS_MS = 500;

/** Resolves when a request is caught; `heal` every proxy afterwards. */
export const catchRequest = async (
  { run, kafka }: { readonly run: CopyRun; readonly kafka: ProxiedKafka },
  { undecided, nodes = kafka.cluster.brokers.map(({ nodeId }) => nodeId), ...wanted }: Catch,
): Promise<void> => {
  for (let tries = 1; ; tries += 1) {
    const faults = nodes.map((node) => kafka.proxy(node).onRequest(wanted, wanted.action));
    await poll(async () => (faults.some(({ hits }) => hits > 0) ? true : undefined), {
      what: `request ${wanted.apiKey} to be caught (${wanted.action})`,
      deadlineMs: DEADLINE_MS,
      everyMs: 1,
    });
    if (!undecided || (await staysOpen(run))) return;
    if (tries === TRIES) throw new Error(`no undecided transaction was caught ${tries} times`);
    await healAll(kafka);
  }
};

/** Ends every lever of every proxy. */
export const healAll = async (kafka: ProxiedKafka): Promise<void> => {
  await Promise.all(proxiesOf(kafka).map((proxy) => proxy.heal()));
};

/** Resets every connection; what is held back is never delivered. */
export const resetAll = (kafka: ProxiedKafka): void => {
  for (const proxy of proxiesOf(kafka)) proxy.reset();
};

const proxiesOf = ({ cluster, proxy }: ProxiedKafka) =>
  cluster.brokers.map(({ nodeId }) => proxy(nodeId));

const staysOpen = async (run: CopyRun): Promise<boolean> => {
  const until = performance.now() + MARKERS_MS;
  while (performance.now() < until) {
    if ((await run.openPartitions()).length === 0) return false;
  }
  return true;
};
