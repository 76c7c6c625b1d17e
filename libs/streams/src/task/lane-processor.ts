/**
 * A lane of a topology without any I/O: records in, a transaction's content out. Deterministic:
 * the same batches between the same commits give the same records.
 */
import {
  type LogRecord,
  partitionFor,
  type RecordBatch,
  type RecordToAppend,
} from '@millrace/event-log';
import type { LaneProgress } from '../state/lane-progress';
import { LaneState } from '../state/lane-state';
import type { AnyStore } from '../state/managed-store';
import { UndecodableRecordError } from '../streams.errors';
import { OperatorClock } from '../time/operator-clock';
import { markerRecord } from '../topology/repartition';
import type { Topology } from '../topology/topology';
import type { Drop, OutgoingRecord, Wiring } from '../topology/wiring';
import { type AnyPort, InputPort, type PortHooks } from './input-port';
import { LaneTask } from './lane-task';

/** What a lane is made of, and who hears of what happens in it. */
export interface LaneOptions {
  readonly topology: Topology;
  readonly lane: number;
  readonly lanes: number;
  readonly onDrop?: (drop: Drop) => void;
  /** Called for each record as it leaves; markers between lanes are not reported. */
  readonly onOutput?: (record: OutgoingRecord) => void;
}

/** One transaction's content. */
export interface CommitContent {
  readonly records: readonly RecordToAppend[];
  /** How many of them are outputs. */
  readonly outputs: number;
  readonly changes: number;
}

/** All tasks of one lane, with one state and one commit. */
export class LaneProcessor {
  readonly #state: LaneState;
  readonly #tasks = new Map<string, LaneTask>();
  readonly #ports = new Map<string, AnyPort>();
  readonly #taskOf = new Map<AnyPort, LaneTask>();
  readonly #clocks = new Map<string, OperatorClock>();
  readonly #restoreHooks: (() => void)[] = [];
  readonly #sent = new Map<string, string>();
  #outputs: RecordToAppend[] = [];
  #moved = 0;

  constructor(private readonly options: LaneOptions) {
    const { topology, lane, lanes } = options;
    this.#state = new LaneState(topology.id, lane);
    for (const { group } of topology.inputs) this.#addTask(group);
    const wiring: Wiring = {
      lane,
      lanes,
      store: (spec) => this.#state.open(spec),
      clock: (operator) => this.#openClock(operator),
      drop: (drop) => options.onDrop?.(drop),
      emit: (record) => this.#emit(record),
      onRestored: (hook) => this.#restoreHooks.push(hook),
    };
    topology.inputs.forEach((input, rank) => {
      const port = input.open<AnyPort>({
        visit: (opened) => {
          const receive = opened.connect(wiring);
          return new InputPort(opened, { rank, receive, hooks: this.#hooks });
        },
      });
      this.#ports.set(port.topic, port);
      const task = this.#tasks.get(input.group);
      if (task === undefined) return;
      task.addPort(port);
      this.#taskOf.set(port, task);
    });
  }

  /** Takes a record of the changelog; all of them come before `finishRestore`. */
  restoreRecord(key: string, value: Buffer | null): void {
    this.#state.restoreRecord(key, value);
  }

  /**
   * Ends the restore; afterwards `positions` tells where to read on.
   * @param startOffset where to begin in a topic of which nothing is stored
   * @throws StateInconsistentError, StateVersionError
   */
  finishRestore(startOffset: (topic: string) => number): void {
    const progress = this.#state.finishRestore();
    for (const port of this.#ports.values()) {
      port.seek(progress?.positions[port.topic] ?? startOffset(port.topic));
    }
    if (progress !== undefined) this.#restoreTimes(progress);
    for (const hook of this.#restoreHooks) hook();
  }

  /** Offset of the next record to process, by topic. */
  get positions(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#ports].map(([topic, port]) => [topic, port.position]));
  }

  /** Records that wait in the inputs. */
  get queued(): number {
    let queued = 0;
    for (const port of this.#ports.values()) queued += port.length;
    return queued;
  }

  /** Operators' times, by name; undefined while unknown. */
  get clocks(): ReadonlyMap<string, OperatorClock> {
    return this.#clocks;
  }

  get stores(): readonly AnyStore[] {
    return this.#state.stores;
  }

  /** `results`: outputs or state wait for a commit. `positions`: nothing but positions and time. */
  get pending(): 'results' | 'positions' | 'nothing' {
    if (this.#outputs.length > 0 || this.#state.dirty) return 'results';
    return this.#moved > 0 || this.#markersDue() ? 'positions' : 'nothing';
  }

  offer(batch: RecordBatch): void {
    const port = this.#ports.get(batch.topic);
    if (port === undefined) return;
    const before = port.position;
    port.offer(batch);
    if (port.length === 0 && port.position !== before) this.#moved += 1;
  }

  /**
   * Processes up to `maxRecords` records, task by task, each in its own order.
   * @returns how many
   * @throws UndecodableRecordError by policy, or what an operator throws: the lane must be given up
   */
  step(maxRecords: number): number {
    let done = 0;
    for (const task of this.#tasks.values()) {
      for (let port = task.nextPort(); port !== undefined && done < maxRecords; ) {
        port.take();
        done += 1;
        port = task.nextPort();
      }
    }
    this.#moved += done;
    return done;
  }

  /** Tells that a source topic has nothing at present, so that time can pass without it. */
  setIdle(topic: string, idle: boolean): void {
    const port = this.#ports.get(topic);
    if (port !== undefined) this.#taskOf.get(port)?.setIdle(port, idle);
  }

  /** Everything since the last call. After it only a commit, or giving the lane up, makes sense. */
  collect(): CommitContent {
    this.#emitMarkers();
    const outputs = this.#outputs;
    this.#outputs = [];
    this.#moved = 0;
    const changes = this.#state.collect(this.#progress());
    const { topology, lane } = this.options;
    const topic = topology.changelogTopic;
    const logged = changes.map((change) => ({ topic, partition: lane, ...change }));
    return {
      records: [...outputs, ...logged],
      outputs: outputs.length,
      changes: changes.length,
    };
  }

  readonly #hooks: PortHooks = {
    marker: (port, marker) => this.#taskOf.get(port)?.laneTime(port, marker),
    observed: (port, clockMs) => this.#taskOf.get(port)?.observe(port, clockMs),
    skipped: (port) => this.#drop(port, 'skipped', 0),
    undecodable: (port, raw, cause) => this.#undecodable(port, raw, cause),
  };

  #addTask(group: string): void {
    if (this.#tasks.has(group)) return;
    const { topology, lanes } = this.options;
    const kinds = topology.inputs
      .filter((input) => input.group === group)
      .map((input) => input.open({ visit: ({ kind }) => kind }));
    const repartitions = kinds.filter((kind) => kind === 'repartition').length;
    const counts = { sources: kinds.length - repartitions, repartitions };
    this.#tasks.set(group, new LaneTask(counts, lanes));
  }

  #openClock(operator: string): OperatorClock {
    const task = this.#tasks.get(this.options.topology.groupOf(operator));
    const clock = new OperatorClock(task?.mode ?? 'stream-time');
    task?.addClock(clock);
    this.#clocks.set(operator, clock);
    return clock;
  }

  #emit(record: OutgoingRecord): void {
    this.options.onOutput?.(record);
    this.#append(record);
  }

  #append(record: OutgoingRecord): void {
    const { topic, route, key, value, headers } = record;
    const { lane, lanes } = this.options;
    const partition = typeof route === 'string' ? partitionFor(route, lanes) : (route ?? lane);
    this.#outputs.push({ topic, partition, key, value, headers });
  }

  #emitMarkers(): void {
    for (const [topic, text, task] of this.#markerTexts()) {
      if (this.#sent.get(topic) === text) continue;
      this.#sent.set(topic, text);
      for (let toLane = 0; toLane < this.options.lanes; toLane += 1) {
        const { watermarkMs, active } = task;
        const fromLane = this.options.lane;
        this.#append(markerRecord({ topic, fromLane, toLane, watermarkMs, idle: !active }));
      }
    }
  }

  #markersDue(): boolean {
    return this.#markerTexts().some(([topic, text]) => this.#sent.get(topic) !== text);
  }

  #markerTexts(): readonly (readonly [string, string, LaneTask])[] {
    return this.options.topology.repartitionTopics.flatMap((topic) => {
      const task = this.#tasks.get(this.options.topology.writerGroupOf(topic) ?? '');
      if (task === undefined) return [];
      task.settle();
      if (task.watermarkMs === null && task.active) return [];
      const text = `${task.watermarkMs},${task.active}`;
      return [[topic, text, task]];
    });
  }

  #undecodable(port: AnyPort, raw: LogRecord, cause: unknown): void {
    const { topology, lane } = this.options;
    const at = { topic: port.topic, partition: lane, offset: raw.offset };
    if (topology.undecodable === 'stop') throw new UndecodableRecordError(at, cause);
    this.#drop(port, 'undecodable', raw.timestampMs);
    if (topology.undecodable === 'drop') return;
    const reason = cause instanceof Error ? cause.message : String(cause);
    this.#emit({
      topic: topology.deadLetterTopic,
      route: null,
      key: raw.key === null ? null : raw.key.toString('utf8'),
      value: raw.value,
      headers: {
        ...raw.headers,
        deadletterreason: reason.slice(0, 500),
        deadlettersource: `${at.topic}/${at.partition}/${at.offset}`,
        deadletteroperator: topology.id,
      },
      timestampMs: raw.timestampMs,
    });
  }

  #drop(port: AnyPort, reason: 'skipped' | 'undecodable', timestampMs: number): void {
    this.options.onDrop?.({ operator: port.topic, reason, timestampMs, windows: [] });
  }

  #restoreTimes(progress: LaneProgress): void {
    for (const [operator, nowMs] of Object.entries(progress.clocks)) {
      this.#clocks.get(operator)?.restore(nowMs);
    }
    for (const task of this.#tasks.values()) {
      task.restore({ valve: progress.valves[task.name], inputs: progress.inputs });
    }
  }

  #progress(): Omit<LaneProgress, 'format' | 'sizes'> {
    const clocks: Record<string, number> = {};
    for (const [operator, { nowMs }] of this.#clocks) {
      if (nowMs !== undefined) clocks[operator] = nowMs;
    }
    const snapshots = [...this.#tasks.values()].map((task) => ({
      name: task.name,
      ...task.snapshot(),
    }));
    return {
      positions: this.positions,
      clocks,
      inputs: Object.fromEntries(snapshots.flatMap(({ inputs }) => inputs)),
      valves: Object.fromEntries(snapshots.map(({ name, valve }) => [name, valve])),
    };
  }
}
