/**
 * What all clients of a simulated log share: topics, partitions, who may write under which id,
 * groups, chance. Nothing here waits.
 */
import type { Clock } from '../clock.port';
import { TopicMismatchError, TopicUnknownError } from '../event-log.errors';
import type { CommitReceipt, PartitionReceipt } from '../event-log.port';
import { LocalGroups } from '../local-groups';
import type { RecordToAppend } from '../record';
import { checkRecord, checkTopicSpec } from '../record-rules';
import type { Position, TopicPartition, TopicSpec } from '../topic';
import { type SeededRandom, seededRandom } from './seeded-random';
import { SeededScheduler } from './seeded-scheduler';
import type { PlannedFault, SimulatedFaults } from './simulated-faults';
import { SimulatedPartition } from './simulated-partition';

/** How a transaction stands in the cluster; the writer's object only refers to it. */
export interface ClusterTransaction {
  readonly writerId: string;
  readonly epoch: number;
  readonly beganAtMs: number;
  readonly records: Map<SimulatedPartition, RecordToAppend[]>;
  state: 'open' | 'late' | 'committed' | 'aborted';
}

interface WriterEntry {
  epoch: number;
  transaction: ClusterTransaction | undefined;
}

/** What a cluster is made with. */
export interface ClusterOptions {
  readonly clock: Clock;
  readonly faults: SimulatedFaults;
  readonly seed: number;
  readonly maxRecordBytes: number;
}

/** The cluster. */
export class SimulatedCluster {
  readonly random: SeededRandom;
  readonly scheduler: SeededScheduler;
  readonly groups = new LocalGroups((topic) => this.spec(topic).partitions);
  readonly groupPositions = new Map<string, Map<string, Position>>();
  readonly deadlines = new Set<{ readonly atMs: number; readonly call: () => void }>();
  readonly #specs = new Map<string, TopicSpec>();
  readonly #partitions = new Map<string, SimulatedPartition>();
  readonly #writers = new Map<string, WriterEntry>();
  readonly #planned: PlannedFault[] = [];

  readonly clock: Clock;
  readonly faults: SimulatedFaults;
  readonly maxRecordBytes: number;

  constructor(options: ClusterOptions) {
    this.clock = options.clock;
    this.faults = options.faults;
    this.maxRecordBytes = options.maxRecordBytes;
    this.random = seededRandom(options.seed);
    this.scheduler = new SeededScheduler(this.random);
  }

  /** All declared topics, ascending by name. */
  specs(): readonly TopicSpec[] {
    return [...this.#specs.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  spec(topic: string): TopicSpec {
    const spec = this.#specs.get(topic);
    if (spec === undefined) throw new TopicUnknownError({ topic, partition: 0 });
    return spec;
  }

  declare(topic: TopicSpec): void {
    checkTopicSpec(topic);
    const { name, partitions, cleanup } = topic;
    const existing = this.#specs.get(name);
    if (existing === undefined) {
      this.#specs.set(name, { ...topic });
      for (let p = 0; p < partitions; p++) {
        this.#partitions.set(`${name}/${p}`, new SimulatedPartition(name, p));
      }
      return;
    }
    for (const setting of ['partitions', 'cleanup'] as const) {
      const difference = { found: existing[setting], wanted: topic[setting] };
      if (difference.found !== difference.wanted) {
        throw new TopicMismatchError(name, setting, difference);
      }
    }
    this.#specs.set(name, { ...topic, partitions, cleanup });
  }

  partition(at: TopicPartition): SimulatedPartition {
    const partition = this.#partitions.get(`${at.topic}/${at.partition}`);
    if (partition === undefined) {
      throw new TopicUnknownError({ topic: at.topic, partition: at.partition });
    }
    return partition;
  }

  plan(fault: PlannedFault): void {
    this.#planned.push(fault);
  }

  /** Whether this fault strikes now: planned, or by the rate. */
  strikes(fault: PlannedFault, rate: number): boolean {
    const index = this.#planned.indexOf(fault);
    if (index >= 0) this.#planned.splice(index, 1);
    return index >= 0 || this.random.chance(rate);
  }

  /** Checks all records, then sorts them by partition. */
  sorted(records: readonly RecordToAppend[]): Map<SimulatedPartition, RecordToAppend[]> {
    const byPartition = new Map<SimulatedPartition, RecordToAppend[]>();
    for (const record of records) {
      const partition = this.partition(record);
      checkRecord(record, this.spec(record.topic), this.maxRecordBytes);
      const list = byPartition.get(partition);
      if (list === undefined) byPartition.set(partition, [copied(record)]);
      else list.push(copied(record));
    }
    return byPartition;
  }

  /** Writes all of it in one instant. */
  write(records: ReadonlyMap<SimulatedPartition, readonly RecordToAppend[]>): CommitReceipt {
    const partitions: PartitionReceipt[] = [];
    for (const [partition, list] of records) {
      const { topic, partition: number } = partition;
      const baseOffset = partition.append(list, this.clock.nowMs());
      const nextOffset = baseOffset + list.length;
      partitions.push({ topic, partition: number, baseOffset, nextOffset });
      this.#leaveGap(partition);
    }
    return { partitions };
  }

  /** A new epoch of the id; what the predecessor left is ended first. */
  openEpoch(writerId: string): number {
    const entry = this.#writers.get(writerId) ?? { epoch: -1, transaction: undefined };
    this.#writers.set(writerId, entry);
    if (entry.transaction !== undefined) this.#conclude(entry.transaction);
    entry.transaction = undefined;
    entry.epoch++;
    return entry.epoch;
  }

  epochOf(writerId: string): number {
    return this.#writers.get(writerId)?.epoch ?? -1;
  }

  begin(writerId: string, epoch: number): ClusterTransaction {
    const beganAtMs = this.clock.nowMs();
    const transaction: ClusterTransaction = {
      writerId,
      epoch,
      beganAtMs,
      records: new Map(),
      state: 'open',
    };
    const entry = this.#writers.get(writerId);
    if (entry !== undefined && entry.epoch === epoch) entry.transaction = transaction;
    return transaction;
  }

  commit(transaction: ClusterTransaction): CommitReceipt {
    transaction.state = 'committed';
    const receipt = this.write(transaction.records);
    for (const partition of transaction.records.keys()) partition.release(transaction);
    return receipt;
  }

  abort(transaction: ClusterTransaction): void {
    transaction.state = 'aborted';
    for (const partition of transaction.records.keys()) {
      this.#leaveGap(partition);
      partition.release(transaction);
    }
  }

  /** The coordinator's time-out: transactions older than this are ended and their writer fenced. */
  expireTransactions(olderThanMs: number): void {
    const bound = this.clock.nowMs() - olderThanMs;
    for (const [writerId, { transaction }] of this.#writers) {
      const running = transaction?.state === 'open' || transaction?.state === 'late';
      if (running && transaction.beganAtMs <= bound) this.openEpoch(writerId);
    }
  }

  /** Lets polls answer whose waiting time is over. */
  tick(): void {
    const nowMs = this.clock.nowMs();
    for (const deadline of [...this.deadlines]) {
      if (deadline.atMs > nowMs) continue;
      this.deadlines.delete(deadline);
      deadline.call();
    }
  }

  #conclude(transaction: ClusterTransaction): void {
    if (transaction.state === 'open') this.abort(transaction);
    else if (transaction.state === 'late') {
      if (this.random.next() < 0.5) this.commit(transaction);
      else this.abort(transaction);
    }
  }

  #leaveGap(partition: SimulatedPartition): void {
    if (this.random.chance(this.faults.offsetGapRate)) partition.skip(1);
  }
}

// What the caller changes after the append is not what it has sent.
const copied = (record: RecordToAppend): RecordToAppend => ({
  ...record,
  key: record.key instanceof Uint8Array ? Uint8Array.from(record.key) : record.key,
  value: record.value instanceof Uint8Array ? Uint8Array.from(record.value) : record.value,
  headers: { ...record.headers },
});
