/** Writes numbered records to every partition of a topic, by its own log past the proxies. */
import { CodedError, type EventLog } from '@millrace/event-log';

/** How much to write. */
export interface FeedOptions {
  readonly topic: string;
  readonly partitions: number;
  /** Records of one append. */
  readonly records: number;
  /** Pause between two appends to a partition, ms. */
  readonly everyMs: number;
}

/** One append at a time per partition, numbers ascending; none is tried again. */
export class RecordFeed {
  /** Numbers whose append was acknowledged. */
  readonly acknowledged: number[] = [];
  /** Codes of appends that failed. */
  readonly failures: string[] = [];
  readonly #log: EventLog;
  readonly #options: FeedOptions;
  readonly #running: Promise<unknown>;
  #isStopping = false;
  #next = 0;

  constructor(log: EventLog, options: FeedOptions) {
    this.#log = log;
    this.#options = options;
    const partitions = Array.from({ length: options.partitions }, (_, index) => index);
    this.#running = Promise.all(partitions.map((partition) => this.#feed(partition)));
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#running;
  }

  async #feed(partition: number): Promise<void> {
    const { topic, records, everyMs } = this.#options;
    while (!this.#isStopping) {
      const numbers = Array.from({ length: records }, () => this.#next++);
      try {
        await this.#log.append(
          numbers.map((n) => ({ topic, partition, key: null, value: String(n) })),
        );
        this.acknowledged.push(...numbers);
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        this.failures.push(error.code);
      }
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }
}
