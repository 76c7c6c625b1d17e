/**
 * One lane of `alert-events`: reads from the published position, answers alert by alert in order,
 * publishes the position after the effects. At least once: a repeat changes nothing.
 */
import { CodedError, type EventLog, type LogReader, type RecordBatch } from '@millrace/event-log';
import { fraudTopicNames } from '@millrace/fraud';
import { type ResponseParts, respondToAlert } from './respond-to-alert';

/** What a lane works with. */
export interface ResponderLaneParts extends ResponseParts {
  readonly log: EventLog;
  readonly groupId: string;
}

/** Where a lane is in its life. */
export type ResponderLaneStatus = 'starting' | 'running' | 'failed' | 'stopped';

const POLL_WAIT_MS = 500;
const POLL_RECORDS = 200;
const RESTART_WAIT_MS = 1_000;

/** Answers the alerts of one lane. */
export class ResponderLane {
  readonly #stop = new AbortController();
  #status: ResponderLaneStatus = 'starting';
  #reader: LogReader | undefined;
  #ended: Promise<void> | undefined;

  constructor(private readonly parts: ResponderLaneParts) {}

  get status(): ResponderLaneStatus {
    return this.#status;
  }

  start(): void {
    this.#ended ??= this.#live();
  }

  /** Ends after the answer that is awaited now, at the latest; publishes the position. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#reader?.wakeup();
    await this.#ended;
  }

  async #live(): Promise<void> {
    const { signal } = this.#stop;
    const { lane, observer, delay } = this.parts;
    while (!signal.aborted) {
      try {
        await this.#follow();
      } catch (error) {
        if (!(error instanceof CodedError && error.retryable)) {
          this.#status = 'failed';
          observer.troubled(lane, 'failed', error);
          return;
        }
        this.#status = 'starting';
        observer.troubled(lane, 'restarts', error);
        await delay(RESTART_WAIT_MS, signal);
      }
    }
    this.#status = 'stopped';
  }

  async #follow(): Promise<void> {
    const { log } = this.parts;
    const offset = await this.#position();
    const reader = await log.openReader([{ ...this.#partition, offset }]);
    this.#reader = reader;
    try {
      this.#status = 'running';
      while (!this.#stop.signal.aborted) {
        const batches = await reader.poll({ maxWaitMs: POLL_WAIT_MS, maxRecords: POLL_RECORDS });
        for (const batch of batches) await this.#answer(batch);
      }
    } finally {
      this.#reader = undefined;
      await reader.close();
    }
  }

  async #answer(batch: RecordBatch): Promise<void> {
    const { lane, observer } = this.parts;
    observer.lag(lane, batch.endOffset - batch.nextOffset + batch.records.length);
    let done = 0;
    try {
      for (const record of batch.records) {
        if (!(await respondToAlert(record, this.parts, this.#stop.signal))) break;
        done += 1;
      }
    } finally {
      const undone = batch.records[done];
      await this.#publish(undone === undefined ? batch.nextOffset : undone.offset);
    }
    observer.lag(lane, batch.endOffset - batch.nextOffset + batch.records.length - done);
  }

  async #publish(offset: number): Promise<void> {
    const { log, groupId } = this.parts;
    await log.publishGroupPositions(groupId, [{ ...this.#partition, offset }]);
  }

  // A lane that was never read begins at its first alert: what is older than 10 minutes is refused.
  async #position(): Promise<number> {
    const { log, groupId, lane } = this.parts;
    const published = await log.groupPositions(groupId);
    const known = published.find(
      ({ topic, partition }) => topic === fraudTopicNames.alertEvents && partition === lane,
    );
    if (known !== undefined) return known.offset;
    const [offsets] = await log.offsets([this.#partition]);
    return offsets?.startOffset ?? 0;
  }

  get #partition() {
    return { topic: fraudTopicNames.alertEvents, partition: this.parts.lane };
  }
}
