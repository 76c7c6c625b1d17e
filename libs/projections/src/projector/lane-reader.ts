/**
 * Polls one lane and maps what it gets, one batch ahead of the store.
 */
import type { LogReader, RecordBatch } from '@millrace/event-log';
import type { BlockedSubject } from '../view-store.port';
import { type PreparedBatch, prepareBatch } from './prepare-batch';
import type { ProjectorLimits, ProjectorOptions } from './projector-options';
import { lingerMs } from './rate-meter';

/** What a lane's reader is made of. */
export interface LaneReaderOptions<Source, Change> {
  readonly projector: ProjectorOptions<Source, Change>;
  readonly limits: ProjectorLimits;
  readonly reader: LogReader;
  readonly blocked: readonly BlockedSubject[];
  readonly until: number | undefined;
  /** Records per second of the lane. */
  readonly rate: () => number;
  readonly signal: AbortSignal;
}

/** Prepares batches from one position on; a new one is made after each seek. */
export class LaneReader<Source, Change> {
  readonly #blocked: Map<string, BlockedSubject>;
  #bytesPerRecord = 0;

  constructor(private readonly options: LaneReaderOptions<Source, Change>) {
    this.#blocked = new Map(options.blocked.map((blocked) => [blocked.subject, blocked]));
  }

  /** The next batch; undefined when nothing came. */
  async next(): Promise<
    | (PreparedBatch<Change> & { readonly blocked: readonly BlockedSubject[] | undefined })
    | undefined
  > {
    const batches = await this.#gather();
    if (batches.length === 0) return undefined;
    const { projector, until } = this.options;
    const prepared = prepareBatch(batches, {
      projection: projector.projection,
      check: (change) => projector.store.check(change),
      blocked: this.#blocked,
      ...(until === undefined ? {} : { until }),
    });
    for (const { blocked } of prepared.blockedNow) this.#blocked.set(blocked.subject, blocked);
    if (prepared.records > 0) this.#bytesPerRecord = prepared.bytes / prepared.records;
    const blocked = prepared.blockedNow.length === 0 ? undefined : [...this.#blocked.values()];
    return { ...prepared, blocked };
  }

  /** Lets a waiting `next` answer soon. */
  wakeup(): void {
    this.options.reader.wakeup();
  }

  close(): Promise<void> {
    return this.options.reader.close();
  }

  async #gather(): Promise<readonly RecordBatch[]> {
    const { limits, reader, signal, projector } = this.options;
    const options = { maxWaitMs: limits.pollWaitMs, maxRecords: this.#room };
    const batches = [...(await reader.poll(options))];
    if (batches.length === 0 || count(batches) >= this.#room) return batches;
    if (isAtEnd(batches)) {
      const waitMs = lingerMs(this.options.rate(), limits.maxLingerMs);
      if (waitMs === 0) return batches;
      await projector.delays.delay(waitMs, signal);
    }
    await this.#fill(batches);
    return batches;
  }

  /** Adds what is there. What was polled has left the reader, so a failure here must not lose it. */
  async #fill(batches: RecordBatch[]): Promise<void> {
    const { reader } = this.options;
    while (count(batches) < this.#room) {
      const maxRecords = this.#room - count(batches);
      const more = await reader.poll({ maxWaitMs: 0, maxRecords }).catch(() => []);
      if (more.length === 0) return;
      batches.push(...more);
    }
  }

  get #room(): number {
    const { maxRecords, maxBytes } = this.options.limits;
    if (this.#bytesPerRecord === 0) return maxRecords;
    return Math.max(1, Math.min(maxRecords, Math.floor(maxBytes / this.#bytesPerRecord)));
  }
}

const isAtEnd = (batches: readonly RecordBatch[]): boolean => {
  const last = batches.at(-1);
  return last === undefined || last.nextOffset >= last.endOffset;
};

const count = (batches: readonly RecordBatch[]): number =>
  batches.reduce((sum, batch) => sum + batch.records.length, 0);
