/**
 * Numbered records in each lane, and members that process them. What stands here is shared by all
 * members of a test: the lane's progress goes from owner to owner at the barrier, without fences and
 * positions of the log, so that two owners at once, or one that skips, cannot hide.
 */
import type { EventLog, LogReader } from '@millrace/event-log';
import { pause } from '../../cluster/retrying';
import type { RealCallbacks } from './real-group';

const TOPIC = 'events';
/** A lane that is revoked is worked on for this much longer: whoever does not wait begins beside it. */
const LAST_WORK_MS = 800;

/** See the top of the file. */
export class NumberedWork {
  /** What went wrong; must stay empty. */
  readonly violations: string[] = [];
  /** Number of the next record to be processed, by lane. */
  readonly next: number[];
  /** Number of the next record to be appended, by lane. */
  readonly appended: number[];
  readonly #owners = new Map<number, string>();
  handedOver = 0;

  constructor(readonly lanes: number) {
    this.next = Array.from({ length: lanes }, () => 0);
    this.appended = [...this.next];
  }

  get processed(): number {
    return this.next.reduce((sum, next) => sum + next, 0);
  }

  get isDone(): boolean {
    return this.next.every((next, lane) => next === this.appended[lane]);
  }

  /** Appends one record to every lane. */
  async append(log: EventLog): Promise<void> {
    const records = this.appended.map((number, partition) => ({
      topic: TOPIC,
      partition,
      key: `lane ${partition}`,
      value: String(number),
    }));
    await log.append(records);
    for (const { partition } of records) this.appended[partition] = this.#numberAt(partition) + 1;
  }

  /** Callbacks of a member that processes its lanes; the log is asked for when lanes come. */
  worker(name: string, log: () => EventLog): RealCallbacks {
    const running = new Map<number, { readonly stop: () => void; readonly done: Promise<void> }>();
    return {
      onAssigned: async (lanes) => {
        for (const lane of lanes) running.set(lane, this.#start(name, lane, log()));
      },
      onRevoked: async (lanes) => {
        await pause(LAST_WORK_MS);
        for (const lane of lanes) running.get(lane)?.stop();
        await Promise.all(lanes.map((lane) => running.get(lane)?.done));
        for (const lane of lanes) running.delete(lane);
      },
    };
  }

  #start(
    name: string,
    lane: number,
    log: EventLog,
  ): { readonly stop: () => void; readonly done: Promise<void> } {
    const stopping = new AbortController();
    const other = this.#owners.get(lane);
    if (other !== undefined) this.violations.push(`lane ${lane}: ${name} begins beside ${other}`);
    this.#owners.set(lane, name);
    this.handedOver += 1;
    const done = this.#process(name, lane, { log, signal: stopping.signal }).finally(() => {
      if (this.#owners.get(lane) === name) this.#owners.delete(lane);
    });
    return { stop: () => stopping.abort(), done };
  }

  async #process(
    name: string,
    lane: number,
    { log, signal }: { readonly log: EventLog; readonly signal: AbortSignal },
  ): Promise<void> {
    const offset = this.next[lane] ?? 0;
    const reader = await log.openReader([{ topic: TOPIC, partition: lane, offset }]);
    signal.addEventListener('abort', () => reader.wakeup());
    try {
      while (!signal.aborted) await this.#processPolled(name, lane, { reader, signal });
    } catch (error) {
      this.violations.push(`lane ${lane}: ${name} failed: ${String(error)}`);
    } finally {
      await reader.close();
    }
  }

  async #processPolled(
    name: string,
    lane: number,
    { reader, signal }: { readonly reader: LogReader; readonly signal: AbortSignal },
  ): Promise<void> {
    for (const { records } of await reader.poll({ maxWaitMs: 200 })) {
      for (const record of records) {
        if (signal.aborted) return;
        const number = Number(record.value);
        const expected = this.next[lane];
        // Another owner would get in between here.
        await new Promise((resolve) => setImmediate(resolve));
        const owner = this.#owners.get(lane);
        if (number !== expected || this.next[lane] !== expected || owner !== name) {
          this.violations.push(
            `lane ${lane}: ${name} processed ${number} where ${expected} was next, owner ${owner}`,
          );
        }
        this.next[lane] = number + 1;
      }
    }
  }

  #numberAt(lane: number): number {
    return this.appended[lane] ?? 0;
  }
}
