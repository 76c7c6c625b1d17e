/**
 * Brokers in memory that follow a script: logs that check sequences as a broker does, leaders that
 * can be moved, coordinators that answer what the script says. For what real brokers cannot be made
 * to do at a wanted moment.
 *
 * Faults it injects: any error code for a partition or a coordinator's request, answers that are
 * lost before or after the work was done, answers that are held back, answers without a partition.
 */
import type { RecordToAppend, TopicSpec } from '@millrace/event-log';
import { type Retryable, retrying } from '../../cluster/retrying';
import { DEFAULT_KAFKA_LIMITS, type KafkaLimits } from '../../kafka-options';
import { Names } from '../../names';
import type { KafkaEvent } from '../../observer.port';
import type { ApiCall } from '../../wire/api-call';
import { protocolFailure } from '../../wire/protocol-errors';
import { RequestFailedError } from '../../wire/request-failed.errors';
import type { WritingCluster, WritingParts } from '../writing-cluster.port';
import { producedAnswer, type SentBatch, sentBatches } from './produce-bytes';
import { ScriptedPartition } from './scripted-partition';

/** What happens to one produce request, in the order of the script. */
export type ProduceFault =
  /** This code for this partition; nothing is written there, unless `written`. */
  | { readonly code: number; readonly partition: number; readonly written?: boolean }
  /** The answer never comes; the work is done or not. */
  | { readonly lost: 'before' | 'after' }
  /** The answer leaves this partition out, though it was written. */
  | { readonly silentAbout: number }
  /** The work is done, and answered, when the promise resolves. */
  | { readonly until: Promise<void> };

/** What a coordinator answers to one request: an error code, or nothing at all. */
export type CoordinatorFault = number | 'lost' | 'unreachable';

/** A produce request as a broker saw it. */
export interface SeenProduce {
  readonly node: number;
  readonly transactionalId: string | null;
  readonly batches: readonly SentBatch[];
}

/** Two topics, `events` and `table`, of four partitions each; node p % 2 + 1 leads partition p. */
export class ScriptedCluster implements WritingCluster {
  readonly limits: KafkaLimits;
  readonly events: KafkaEvent[] = [];
  readonly observer = { event: (event: KafkaEvent) => void this.events.push(event) };
  readonly produced: SeenProduce[] = [];
  /** Names of requests to coordinators, with `commit` or `abort` for EndTxn. */
  readonly asked: string[] = [];
  readonly #faults = new Map<number, ProduceFault[]>();
  readonly #answers = new Map<string, CoordinatorFault[]>();
  readonly #logs = new Map<string, ScriptedPartition>();
  readonly #leaders = new Map<string, number | undefined>();
  #producerId = 6;

  readonly metadata = {
    leaderOf: ({ topic, partition }: { topic: string; partition: number }) => {
      const key = `${topic}/${partition}`;
      return this.#leaders.has(key) ? this.#leaders.get(key) : (partition % 2) + 1;
    },
    learn: async () => undefined,
    refresh: async () => this.onRefresh(),
    topic: () => ({ partitions: [] }),
  };

  constructor(limits: Partial<KafkaLimits> = {}) {
    const quick = { operationTimeoutMs: 200, retryPauseMs: 1, retryPauseMaxMs: 4 };
    this.limits = { ...DEFAULT_KAFKA_LIMITS, ...quick, ...limits };
  }

  /** Called when somebody asks for new metadata. */
  onRefresh: () => void = () => undefined;

  get parts(): WritingParts {
    const specs = new Map<string, TopicSpec>([
      ['events', { name: 'events', partitions: 4, cleanup: 'delete', retentionMs: -1 }],
      ['table', { name: 'table', partitions: 4, cleanup: 'compact', retentionMs: -1 }],
    ]);
    return {
      cluster: this,
      names: new Names(''),
      topics: { known: (topic) => specs.get(topic), learn: async () => undefined },
      clock: { nowMs: () => 1_000 },
      compression: 'none',
    };
  }

  /** The next produce requests to a node meet these faults, one each. */
  fault(node: number, ...faults: readonly ProduceFault[]): void {
    this.#faults.set(node, [...(this.#faults.get(node) ?? []), ...faults]);
  }

  /** The next requests of this name to a coordinator are answered so, one each. */
  answer(name: string, ...answers: readonly CoordinatorFault[]): void {
    this.#answers.set(name, [...(this.#answers.get(name) ?? []), ...answers]);
  }

  /** Node that leads a partition from now on, and where metadata say it is. */
  moveLeader(partition: number, node: number | undefined, topic = 'events'): void {
    this.#leaders.set(`${topic}/${partition}`, node);
  }

  log(partition: number, topic = 'events'): ScriptedPartition {
    const key = `${topic}/${partition}`;
    const known = this.#logs.get(key) ?? new ScriptedPartition();
    this.#logs.set(key, known);
    return known;
  }

  /** Sequences of the batches sent for a partition, in order, also of those sent again. */
  sequencesSent(partition: number, topic = 'events'): readonly number[] {
    return this.produced
      .flatMap(({ batches }) => batches)
      .filter((batch) => batch.topic === topic && batch.partition === partition)
      .map(({ baseSequence }) => baseSequence);
  }

  async send<T>(node: number, call: ApiCall<T>): Promise<T> {
    const version = call.versions.at(-1) ?? 0;
    const { request, response } = call.at(version);
    const { transactionalId, batches } = sentBatches((await request.encode()).buffer);
    this.produced.push({ node, transactionalId, batches });
    const fault = this.#faults.get(node)?.shift();
    if (fault !== undefined && 'until' in fault) await fault.until;
    if (fault !== undefined && 'lost' in fault) {
      if (fault.lost === 'after') for (const batch of batches) this.#append(node, batch, undefined);
      throw lost(call.name);
    }
    const answered = batches
      .map((batch) => ({ ...batch, ...this.#append(node, batch, fault) }))
      .filter(({ partition }) => !isSilent(fault, partition));
    return response.parse(await response.decode(producedAnswer(answered)));
  }

  async sendToCoordinator<T>(_at: unknown, call: ApiCall<T>): Promise<T> {
    const version = call.versions.at(-1) ?? 0;
    const { request, response } = call.at(version);
    // The last byte of an EndTxn says whether it commits.
    const bytes = (await request.encode()).buffer;
    const verb = bytes.at(-1) === 1 ? 'commit' : 'abort';
    const name = call.name === 'EndTxn' ? verb : call.name;
    this.asked.push(name);
    const fault = this.#answers.get(name)?.shift() ?? 0;
    if (fault === 'lost') throw lost(call.name);
    if (fault === 'unreachable') throw unreachable(call.name);
    if (fault !== 0) throw protocolFailure(call.name, fault);
    return response.parse(SUCCESS(this.#producerId));
  }

  sendToAny<T>(call: ApiCall<T>): Promise<T> {
    this.#producerId += 1;
    return this.sendToCoordinator(undefined, call);
  }

  retrying<T>(operation: Retryable<T>): Promise<T> {
    return retrying(operation, this);
  }

  #append(node: number, batch: SentBatch, fault: ProduceFault | undefined) {
    const { topic, partition } = batch;
    const isHit = fault !== undefined && 'code' in fault && fault.partition === partition;
    if (isHit && fault.written !== true) return { errorCode: fault.code, baseOffset: -1 };
    if (!isHit && this.metadata.leaderOf(batch) !== node) return { errorCode: 6, baseOffset: -1 };
    const answer = this.log(partition, topic).append(batch);
    return isHit ? { errorCode: fault.code, baseOffset: -1 } : answer;
  }
}

/** A record of `events`. */
export const event = (partition: number, value = 'v'): RecordToAppend => ({
  topic: 'events',
  partition,
  key: null,
  value,
});

// Has every field that a successful answer of a coordinator is read by.
const SUCCESS = (producerId: number): object => ({
  errorCode: 0,
  errors: [],
  topics: [],
  producerId: String(producerId),
  producerEpoch: 3,
});

const isSilent = (fault: ProduceFault | undefined, partition: number): boolean =>
  fault !== undefined && 'silentAbout' in fault && fault.silentAbout === partition;

const lost = (name: string): RequestFailedError =>
  new RequestFailedError(name, { kind: 'timeout', mayHaveArrived: true });

const unreachable = (name: string): RequestFailedError =>
  new RequestFailedError(name, { kind: 'connection', mayHaveArrived: false });
