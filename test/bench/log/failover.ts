/**
 * How long commits stall when a broker is killed: three brokers with fast failure detection (3 s
 * session), one writer that commits a record after the other and is opened anew after any trouble.
 */

import type { TransactionalWriter } from '@millrace/event-log';
import type { KafkaLog } from '@millrace/event-log-kafka';
import { openKafkaLog } from '@millrace/event-log-kafka';
import { type KafkaCluster, type KafkaLine, startKafka } from '../../../tools/stack/index';
import { coordinatorOf, leaderOf } from '../../engines/faults/coordinators';

/** One killed broker. */
export interface Failover {
  readonly killed: 'leader of the partition' | 'transaction coordinator';
  /** Longest time between two commits around the kill. */
  readonly stallMs: number;
  /** How often the writer was opened anew. */
  readonly reopened: number;
}

const TOPIC = 'failover';
const WRITER = 'failover';
const BEFORE = 50;
const AFTER = 100;

/** Kills each kind of broker once; the cluster is whole again in between. */
export const failovers = async (line: KafkaLine): Promise<readonly Failover[]> => {
  const cluster = await startKafka({ line, brokers: 3 });
  try {
    const clock = { nowMs: () => Date.now() };
    const log = await openKafkaLog({ brokers: cluster.bootstrap, clock });
    await log.ensureTopics([{ name: TOPIC, partitions: 1, cleanup: 'delete', retentionMs: -1 }]);
    const found: Failover[] = [];
    for (const killed of ['leader of the partition', 'transaction coordinator'] as const) {
      await cluster.inSync();
      found.push(await stallOf(cluster, log, killed));
    }
    await log.close();
    return found;
  } finally {
    await cluster.stop();
  }
};

const stallOf = async (
  cluster: KafkaCluster,
  log: KafkaLog,
  killed: Failover['killed'],
): Promise<Failover> => {
  const commits = new Commits(log);
  await commits.make(BEFORE);
  const nodeId =
    killed === 'leader of the partition'
      ? await leaderOf(cluster, { topic: TOPIC, partition: 0 })
      : await coordinatorOf(cluster, 'transaction', WRITER);
  await cluster.broker(nodeId).kill();
  await commits.make(AFTER);
  await commits.close();
  await cluster.broker(nodeId).start();
  return { killed, stallMs: Math.round(commits.longestGapMs), reopened: commits.opened - 1 };
};

/** Commits one record after the other and remembers the longest time without a commit. */
class Commits {
  opened = 0;
  longestGapMs = 0;
  #writer: TransactionalWriter | undefined;
  #lastMs: number | undefined;

  constructor(readonly log: KafkaLog) {}

  async make(count: number): Promise<void> {
    for (let done = 0; done < count; ) {
      if (await this.#commit().catch(() => false)) done++;
      else await this.close();
    }
  }

  async close(): Promise<void> {
    await this.#writer?.close();
    this.#writer = undefined;
  }

  async #commit(): Promise<boolean> {
    if (this.#writer === undefined) {
      this.#writer = await this.log.openWriter(WRITER);
      this.opened++;
    }
    const transaction = this.#writer.begin();
    await transaction.append([{ topic: TOPIC, partition: 0, key: 'k', value: 'v' }]);
    await transaction.commit();
    const nowMs = performance.now();
    this.longestGapMs = Math.max(this.longestGapMs, nowMs - (this.#lastMs ?? nowMs));
    this.#lastMs = nowMs;
    return true;
  }
}
