/**
 * Reads committed records of an explicit set of partitions, each from its own position: no group,
 * no position kept by Kafka. Fetching goes on underneath (`fetcher.ts`); a poll hands out what came.
 */
import {
  LogClosedError,
  type LogReader,
  type LogRecord,
  type PollOptions,
  type Position,
  ReaderBusyError,
  type RecordBatch,
  type TopicPartition,
  TopicUnknownError,
} from '@millrace/event-log';
import { requireExisting } from './existing-partitions';
import { Fetcher } from './fetcher';
import type { ReadingParts } from './reading-cluster.port';
import { Slot } from './slot';

/** Who is told of a reader. */
export interface ReaderOptions {
  readonly onClose: (reader: KafkaReader) => void;
}

const DEFAULT_MAX_WAIT_MS = 500;
const DEFAULT_MAX_RECORDS = 5_000;
/** Opening waits this long at most until a broker has answered for each partition. */
const FIRST_LOOK_MS = 500;

/**
 * Opens a reader; of several positions in one partition the last one counts. Brokers that answer
 * within 500 ms have been asked once when it resolves, so a first poll sees all partitions.
 *
 * @throws TopicUnknownError
 * @throws KafkaUnreachableError no broker said within `operationTimeoutMs` what topics there are
 */
export const openKafkaReader = async (
  parts: ReadingParts,
  positions: readonly Position[],
  options: ReaderOptions,
): Promise<KafkaReader> => {
  const slots = new Map<string, Slot>();
  for (const { topic, partition, offset } of positions) {
    const slot = new Slot({ topic, partition }, parts.names.physical(topic), offset);
    slots.set(slot.name, slot);
  }
  const all = [...slots.values()];
  await requireExisting(parts.cluster, all);
  const reader = new KafkaReader(parts, all, options);
  await reader.firstLook();
  return reader;
};

/** See the top of the file; made by {@link openKafkaReader}. */
export class KafkaReader implements LogReader {
  readonly #slots: readonly Slot[];
  readonly #fetcher: Fetcher;
  readonly #options: ReaderOptions;
  #turn = 0;
  /** Polls that handed out records while a partition had an error to tell. */
  #passedOver = 0;
  #isPolling = false;
  #isWoken = false;
  #isClosed = false;
  #wake: () => void = () => undefined;

  /** @internal */
  constructor({ cluster, rackId }: ReadingParts, slots: readonly Slot[], options: ReaderOptions) {
    this.#slots = slots;
    this.#options = options;
    this.#fetcher = new Fetcher({ cluster, rackId, slots, onNews: () => this.#wake() });
    this.#fetcher.pump();
  }

  /** @internal Resolves when each partition was answered for, or could not be. */
  async firstLook(): Promise<void> {
    await this.#wait(() => this.#slots.every(({ isLookedAt }) => isLookedAt), FIRST_LOOK_MS);
    this.#isWoken = false;
  }

  async poll(options: PollOptions = {}): Promise<readonly RecordBatch[]> {
    if (this.#isClosed) throw new LogClosedError();
    if (this.#isPolling) throw new ReaderBusyError();
    this.#isPolling = true;
    try {
      await this.#wait(() => this.#hasNews(), options.maxWaitMs ?? DEFAULT_MAX_WAIT_MS);
      return this.#isClosed ? [] : this.#handOut(options.maxRecords ?? DEFAULT_MAX_RECORDS);
    } finally {
      this.#isPolling = false;
      this.#isWoken = false;
    }
  }

  position(partition: TopicPartition): number {
    return this.#slot(partition).position;
  }

  seek(position: Position): void {
    this.#slot(position).seek(position.offset);
    this.#fetcher.pump();
    this.#wake();
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#slot(partition).paused = true;
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#slot(partition).paused = false;
    this.#fetcher.pump();
    this.#wake();
  }

  wakeup(): void {
    this.#isWoken = true;
    this.#wake();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#fetcher.close();
    this.#wake();
    this.#options.onClose(this);
  }

  #slot({ topic, partition }: TopicPartition): Slot {
    for (const slot of this.#slots) {
      if (slot.at.partition === partition && slot.at.topic === topic) return slot;
    }
    throw new TopicUnknownError({ topic, partition });
  }

  async #wait(isOver: () => boolean, maxWaitMs: number): Promise<void> {
    if (isOver()) return;
    if (maxWaitMs <= 0) {
      // A loop of such polls would never let an answer in otherwise.
      await new Promise((resolve) => setImmediate(resolve));
      return;
    }
    let isExpired = false;
    const timer = setTimeout(() => {
      isExpired = true;
      this.#wake();
    }, maxWaitMs);
    while (!isExpired && !this.#isWoken && !this.#isClosed && !isOver()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    clearTimeout(timer);
  }

  #hasNews(): boolean {
    for (const slot of this.#slots) {
      if (slot.paused) continue;
      if (!slot.fetched.isEmpty || slot.trouble !== undefined) return true;
      if (slot.unavailable !== undefined && !slot.isUnavailableTold) return true;
    }
    return false;
  }

  // Errors wait until the others have nothing, but not for more polls than there are partitions.
  #handOut(maxRecords: number): readonly RecordBatch[] {
    const order = this.#inTurn();
    const isDue = order.some((slot) => errorIn(slot) !== undefined);
    const isOverdue = isDue && this.#passedOver >= this.#slots.length;
    const batches = isOverdue ? [] : this.#take(order, maxRecords);
    if (batches.length > 0) {
      this.#passedOver = isDue ? this.#passedOver + 1 : 0;
      this.#fetcher.pump();
      return batches;
    }
    this.#passedOver = 0;
    for (const slot of order) {
      const error = errorIn(slot);
      if (error === undefined) continue;
      slot.isUnavailableTold = true;
      this.#turn = (this.#slots.indexOf(slot) + 1) % this.#slots.length;
      throw error;
    }
    return batches;
  }

  #inTurn(): readonly Slot[] {
    const from = this.#turn;
    const order = [...this.#slots.slice(from), ...this.#slots.slice(0, from)];
    return order.filter(({ paused }) => !paused);
  }

  // One stored batch of each partition after the other until the bound is met. The partition that
  // found no room begins the next poll, so none starves however large the others' batches are.
  #take(order: readonly Slot[], maxRecords: number): readonly RecordBatch[] {
    const taken = new Map<Slot, (readonly LogRecord[])[]>();
    let total = 0;
    let open = order;
    let left: Slot | undefined;
    while (open.length > 0) {
      const goOn: Slot[] = [];
      for (const slot of open) {
        const first = slot.fetched.first();
        if (first === undefined) continue;
        if (total > 0 && total + (first.batch?.recordCount ?? 0) > maxRecords) {
          left ??= slot;
          continue;
        }
        const polled = slot.poll();
        if (polled === undefined) continue;
        total += polled.records.length;
        const parts = taken.get(slot);
        if (parts === undefined) taken.set(slot, [polled.records]);
        else parts.push(polled.records);
        goOn.push(slot);
      }
      open = total < maxRecords ? goOn : [];
    }
    const next = left === undefined ? this.#turn + 1 : this.#slots.indexOf(left);
    this.#turn = this.#slots.length === 0 ? 0 : next % this.#slots.length;
    return [...taken].map(([slot, parts]) => batchOf(slot, parts));
  }
}

const errorIn = ({ fetched, trouble, unavailable }: Slot): Error | undefined =>
  fetched.isEmpty ? (trouble ?? unavailable) : undefined;

const batchOf = (slot: Slot, parts: readonly (readonly LogRecord[])[]): RecordBatch => ({
  topic: slot.at.topic,
  partition: slot.at.partition,
  records: joined(parts),
  nextOffset: slot.position,
  // A replica that was read from in between may not have known of as much.
  endOffset: Math.max(slot.endOffset, slot.position),
});

const joined = (parts: readonly (readonly LogRecord[])[]): readonly LogRecord[] => {
  const [first = []] = parts;
  if (parts.length === 1) return first;
  const records: LogRecord[] = [];
  for (const part of parts) for (const record of part) records.push(record);
  return records;
};
