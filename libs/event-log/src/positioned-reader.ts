/**
 * A reader with explicit positions over anything that holds partitions: turns, limits, waiting.
 * The adapters that live in one process share it.
 */
import {
  LogClosedError,
  LogDamagedError,
  OffsetOutOfRangeError,
  ReaderBusyError,
  TopicUnknownError,
} from './event-log.errors';
import type { LogReader, PollOptions } from './event-log.port';
import type { LogRecord, RecordBatch } from './record';
import type { Position, TopicPartition } from './topic';

const DEFAULT_MAX_WAIT_MS = 500;
const DEFAULT_MAX_RECORDS = 5_000;

/** A batch as it is stored: its records and the offset after it. */
export interface StoredRecords {
  /** Ascending by offset; may begin before the offset that was asked for. */
  readonly records: readonly LogRecord[];
  readonly nextOffset: number;
}

/** A partition that can be read. */
export interface ReadablePartition extends TopicPartition {
  startOffset(): number;
  /** Last stable offset. */
  endOffset(): number;
  /** The stored batch with this offset, or the next one; called for start <= offset < end only. */
  read(offset: number): StoredRecords | Promise<StoredRecords>;
  /** Called whenever `endOffset` has moved. @returns ends the subscription */
  subscribe(listener: () => void): () => void;
}

/** How a reader waits and what it is held up by. */
export interface ReaderSurroundings {
  /** Calls back once after this time. @returns cancels */
  after(waitMs: number, callback: () => void): () => void;
  /** Passed at the begin and at the end of each poll (faults of a simulation). */
  readonly gate?: (step: 'poll' | 'poll-answer') => Promise<void>;
  readonly onClose?: (reader: LogReader) => void;
}

interface Slot {
  readonly source: ReadablePartition;
  position: number;
  paused: boolean;
  /** Rises with each seek and pause: what a running poll took before it no longer counts. */
  generation: number;
}

interface Taken {
  readonly slot: Slot;
  readonly generation: number;
  readonly endOffset: number;
  cursor: number;
  parts: (readonly LogRecord[])[];
}

/** Reads stored batches in turn, whole, from explicit positions; see {@link LogReader}. */
export class PositionedReader implements LogReader {
  readonly #slots: readonly Slot[];
  readonly #around: ReaderSurroundings;
  #turn = 0;
  #polling = false;
  #woken = false;
  #closed = false;
  #wake: () => void = () => undefined;

  /** @param sources the partitions, each with the offset to begin with */
  constructor(
    sources: readonly { readonly source: ReadablePartition; readonly offset: number }[],
    surroundings: ReaderSurroundings,
  ) {
    this.#around = surroundings;
    this.#slots = sources.map(({ source, offset }) => ({
      source,
      position: offset,
      paused: false,
      generation: 0,
    }));
  }

  async poll(options: PollOptions = {}): Promise<readonly RecordBatch[]> {
    if (this.#closed) throw new LogClosedError();
    if (this.#polling) throw new ReaderBusyError();
    this.#polling = true;
    try {
      await this.#around.gate?.('poll');
      await this.#waitUntilReadable(options.maxWaitMs ?? DEFAULT_MAX_WAIT_MS);
      const taken = this.#closed ? [] : await this.#take(options.maxRecords ?? DEFAULT_MAX_RECORDS);
      await this.#around.gate?.('poll-answer');
      return this.#hand(taken);
    } finally {
      this.#polling = false;
      this.#woken = false;
    }
  }

  position(partition: TopicPartition): number {
    return this.#slot(partition).position;
  }

  seek(position: Position): void {
    const slot = this.#slot(position);
    slot.position = position.offset;
    slot.generation++;
    this.#wake();
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) {
      const slot = this.#slot(partition);
      slot.paused = true;
      slot.generation++;
    }
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#slot(partition).paused = false;
    this.#wake();
  }

  wakeup(): void {
    this.#woken = true;
    this.#wake();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#wake();
    this.#around.onClose?.(this);
  }

  #slot(partition: TopicPartition): Slot {
    for (const slot of this.#slots) {
      const { topic, partition: number } = slot.source;
      if (number === partition.partition && topic === partition.topic) return slot;
    }
    throw new TopicUnknownError(partition);
  }

  async #waitUntilReadable(maxWaitMs: number): Promise<void> {
    if (maxWaitMs <= 0 || this.#anyReadable()) return;
    let expired = false;
    const cancel = this.#around.after(maxWaitMs, () => {
      expired = true;
      this.#wake();
    });
    try {
      while (!expired && !this.#woken && !this.#closed && !this.#anyReadable()) {
        await this.#nextSignal();
      }
    } finally {
      cancel();
    }
  }

  #anyReadable(): boolean {
    for (const slot of this.#slots) {
      if (!slot.paused && slot.position !== slot.source.endOffset()) return true;
    }
    return false;
  }

  async #nextSignal(): Promise<void> {
    const ends: (() => void)[] = [];
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      for (const slot of this.#slots) ends.push(slot.source.subscribe(resolve));
    });
    this.#wake = () => undefined;
    for (const end of ends) end();
  }

  // One stored batch of each partition after the other until the bound is met. The partition that
  // found no room begins the next poll, so none starves however large the others' batches are.
  async #take(maxRecords: number): Promise<readonly Taken[]> {
    const all = this.#inTurn();
    let open = all;
    let total = 0;
    let left: Slot | undefined;
    while (open.length > 0) {
      const goOn: Taken[] = [];
      for (const taken of open) {
        const stored = readNext(taken);
        const batch = stored instanceof Promise ? await stored : stored;
        if (batch === undefined) continue;
        if (batch.nextOffset <= taken.cursor) throw standsStill(taken);
        const records = fromOffset(batch.records, taken.cursor);
        if (total > 0 && total + records.length > maxRecords) {
          left ??= taken.slot;
          continue;
        }
        total += records.length;
        taken.cursor = batch.nextOffset;
        taken.parts.push(records);
        if (taken.cursor < taken.endOffset) goOn.push(taken);
      }
      open = total < maxRecords ? goOn : [];
    }
    const next = left === undefined ? this.#turn + 1 : this.#slots.indexOf(left);
    this.#turn = this.#slots.length === 0 ? 0 : next % this.#slots.length;
    return all.filter((taken) => taken.parts.length > 0);
  }

  #inTurn(): Taken[] {
    const open: Taken[] = [];
    for (let i = 0; i < this.#slots.length; i++) {
      const slot = this.#slots[(this.#turn + i) % this.#slots.length];
      if (slot === undefined || slot.paused) continue;
      const { position: cursor, source, generation } = slot;
      const endOffset = source.endOffset();
      const startOffset = source.startOffset();
      if (!(cursor >= startOffset && cursor <= endOffset)) {
        const at = { topic: source.topic, partition: source.partition };
        throw new OffsetOutOfRangeError(at, cursor, { startOffset, endOffset });
      }
      if (cursor < endOffset) open.push({ slot, generation, endOffset, cursor, parts: [] });
    }
    return open;
  }

  #hand(all: readonly Taken[]): readonly RecordBatch[] {
    const batches: RecordBatch[] = [];
    for (const { slot, generation, endOffset, cursor, parts } of all) {
      if (slot.generation !== generation) continue;
      slot.position = cursor;
      const [first = []] = parts;
      batches.push({
        topic: slot.source.topic,
        partition: slot.source.partition,
        records: parts.length === 1 ? first : parts.flat(),
        nextOffset: cursor,
        endOffset,
      });
    }
    return batches;
  }
}

// What was taken before the trouble is handed out first; the next poll begins with the trouble.
const readNext = (taken: Taken): StoredRecords | Promise<StoredRecords | undefined> | undefined => {
  const isFirst = taken.parts.length === 0;
  try {
    const stored = taken.slot.source.read(taken.cursor);
    if (isFirst || !(stored instanceof Promise)) return stored;
    return stored.catch(() => undefined);
  } catch (error) {
    if (isFirst) throw error;
    return undefined;
  }
};

const standsStill = ({ slot: { source }, cursor }: Taken): LogDamagedError => {
  const at = { topic: source.topic, partition: source.partition };
  return new LogDamagedError(at, cursor, 'the batch that is stored there ends before it');
};

const fromOffset = (records: readonly LogRecord[], offset: number): readonly LogRecord[] => {
  const [first] = records;
  if (first === undefined || first.offset >= offset) return records;
  const at = records.findIndex((record) => record.offset >= offset);
  return at < 0 ? [] : records.slice(at);
};
