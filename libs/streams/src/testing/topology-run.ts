/**
 * A topology without a log: records in by hand; outputs, drops, state and time in plain sight.
 */
import type { EpochMs, LogRecord, RecordHeaders, RecordToAppend } from '@millrace/event-log';
import { partitionFor } from '@millrace/event-log';
import { LaneProcessor } from '../task/lane-processor';
import type { Topology } from '../topology/topology';
import type { Drop, OutgoingRecord } from '../topology/wiring';

/** A record to feed. */
export interface RunInput {
  readonly key: string | null;
  /** Text and bytes as they are; anything else becomes JSON. null is a tombstone. */
  readonly value: unknown;
  readonly headers?: RecordHeaders;
  /** Append time; default far in the future, so that event times are never clamped. */
  readonly appendedAtMs?: EpochMs;
  /** Default: the lane of the key, lane 0 for a null key. */
  readonly lane?: number;
}

/** A record that left the topology. */
export interface RunOutput {
  readonly topic: string;
  readonly lane: number;
  readonly key: string | null;
  /** UTF-8 text of the value; null is a tombstone. */
  readonly value: string | null;
  readonly headers: RecordHeaders;
  /** Event time. */
  readonly timestampMs: EpochMs;
  /** 0-based number of the `pipe` call that caused it. */
  readonly after: number;
}

/** A drop with the call that caused it. */
export interface RunDrop extends Drop {
  readonly after: number;
}

const FAR_FUTURE_MS = 8_640_000_000_000_000;

/** Runs all lanes of a topology in one thread, deterministically. */
export class TopologyRun {
  readonly #lanes: number;
  readonly #processors: LaneProcessor[] = [];
  readonly #changelogs: Map<string, Buffer>[];
  readonly #offsets = new Map<string, number>();
  readonly #backlog: { readonly topic: string; readonly lane: number; record: LogRecord }[] = [];
  readonly #outputs: RunOutput[] = [];
  readonly #drops: RunDrop[] = [];
  #calls = -1;

  constructor(
    private readonly topology: Topology,
    private readonly options: { readonly lanes?: number; readonly autoCommit?: boolean } = {},
  ) {
    this.#lanes = options.lanes ?? 1;
    this.#changelogs = Array.from({ length: this.#lanes }, () => new Map());
    this.#open();
  }

  /** Feeds a record, processes it and, unless `autoCommit` is false, commits. */
  pipe(topic: string, input: RunInput): void {
    this.#calls += 1;
    const lane = input.lane ?? (input.key === null ? 0 : partitionFor(input.key, this.#lanes));
    this.#deliver(topic, lane, {
      key: input.key === null ? null : Buffer.from(input.key),
      value: bytesOf(input.value),
      headers: input.headers ?? {},
      timestampMs: input.appendedAtMs ?? FAR_FUTURE_MS,
    });
    if (this.options.autoCommit !== false) this.commit();
  }

  /** Counts a call without a record, so that `after` follows a list in which it stands. */
  skipCall(): void {
    this.#calls += 1;
  }

  /** Commits all lanes and delivers what they send to each other, until nothing is left. */
  commit(): void {
    do {
      for (const { topic, lane, record } of this.#backlog.splice(0)) {
        this.#offer(topic, lane, record);
      }
      this.#processors.forEach((processor, lane) => {
        if (processor.pending !== 'nothing') this.#commitLane(processor, lane);
      });
    } while (this.#backlog.length > 0);
  }

  /** A source has nothing at present: time goes on without it, in all lanes or in one. */
  setIdle(topic: string, idle: boolean, lane?: number): void {
    this.#processors.forEach((processor, index) => {
      if (lane === undefined || lane === index) processor.setIdle(topic, idle);
    });
    this.commit();
  }

  /** Stops cleanly, with a commit, and starts all lanes anew from what their changelogs hold. */
  restart(): void {
    this.commit();
    this.#processors.length = 0;
    this.#backlog.length = 0;
    this.#open();
  }

  /** Outputs to one topic, or all, in order. Taken out of the run by `take`. */
  read(topic?: string): readonly RunOutput[] {
    return this.#outputs.filter((output) => topic === undefined || output.topic === topic);
  }

  /** Drops so far, in order; records that a source skips are not among them. */
  get drops(): readonly RunDrop[] {
    return this.#drops;
  }

  /** The committed keys of a store with the bytes' length, of all lanes, sorted. */
  storeKeys(store: string): readonly string[] {
    const prefix = `${store}/`;
    return this.#changelogs
      .flatMap((changelog) => [...changelog.keys()])
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length))
      .sort();
  }

  /** Time of an operator in a lane; undefined while unknown. */
  clockMs(operator: string, lane = 0): EpochMs | undefined {
    return this.#processors[lane]?.clocks.get(operator)?.nowMs;
  }

  /** Offset of the next record to process, by topic. */
  positions(lane = 0): Readonly<Record<string, number>> {
    return this.#processors[lane]?.positions ?? {};
  }

  #open(): void {
    for (let lane = 0; lane < this.#lanes; lane += 1) {
      const processor = new LaneProcessor({
        topology: this.topology,
        lane,
        lanes: this.#lanes,
        onDrop: (drop) => {
          if (drop.reason !== 'skipped') this.#drops.push({ ...drop, after: this.#calls });
        },
        onOutput: (record) => this.#report(record, lane),
      });
      for (const [key, value] of this.#changelogs[lane] ?? []) {
        processor.restoreRecord(key, value);
      }
      processor.finishRestore(() => 0);
      this.#processors.push(processor);
    }
  }

  #deliver(topic: string, lane: number, record: Omit<LogRecord, 'offset'>): void {
    const at = `${topic}/${lane}`;
    const offset = this.#offsets.get(at) ?? 0;
    this.#offsets.set(at, offset + 1);
    this.#offer(topic, lane, { ...record, offset });
  }

  #offer(topic: string, lane: number, record: LogRecord): void {
    const processor = this.#processors[lane];
    const nextOffset = record.offset + 1;
    const place = { topic, partition: lane, nextOffset, endOffset: nextOffset };
    processor?.offer({ ...place, records: [record] });
    processor?.step(Number.MAX_SAFE_INTEGER);
  }

  #commitLane(processor: LaneProcessor, lane: number): void {
    const { records } = processor.collect();
    for (const record of records) {
      if (record.topic === this.topology.changelogTopic) this.#log(record, lane);
      else if (this.topology.repartitionTopics.includes(record.topic)) this.#loop(record);
    }
  }

  #log({ key, value }: RecordToAppend, lane: number): void {
    const changelog = this.#changelogs[lane];
    if (value === null) changelog?.delete(String(key));
    else changelog?.set(String(key), Buffer.from(value));
  }

  #loop({ topic, partition, key, value, headers = {} }: RecordToAppend): void {
    const at = `${topic}/${partition}`;
    const offset = this.#offsets.get(at) ?? 0;
    this.#offsets.set(at, offset + 1);
    const record = {
      offset,
      key: key === null ? null : Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
      headers,
      timestampMs: FAR_FUTURE_MS,
    };
    this.#backlog.push({ topic, lane: partition, record });
  }

  #report(record: OutgoingRecord, fromLane: number): void {
    const { topic, route, key, value, headers, timestampMs } = record;
    if (this.topology.repartitionTopics.includes(topic)) return;
    const lane = typeof route === 'string' ? partitionFor(route, this.#lanes) : (route ?? fromLane);
    const text = value === null ? null : Buffer.from(value).toString('utf8');
    this.#outputs.push({ topic, lane, key, value: text, headers, timestampMs, after: this.#calls });
  }
}

const bytesOf = (value: unknown): Buffer | null => {
  if (value === null) return null;
  if (typeof value === 'string') return Buffer.from(value);
  if (value instanceof Uint8Array) return Buffer.from(value);
  return Buffer.from(JSON.stringify(value));
};
