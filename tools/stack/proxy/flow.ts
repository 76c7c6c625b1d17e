/**
 * One direction of one connection: takes what a socket receives, lets the levers of its link act on
 * it, writes it to the other socket. Order is kept; what is kept has a bound.
 */
import type { Socket } from 'node:net';
import type { Link } from './link';

/**
 * Time for the receiver to read what came before a reset. Without it Node reports the end of the
 * stream in place of the reset (libuv, POLLHUP after a partial read: 10,000 bytes, then `end`).
 */
const RESET_GRACE_MS = 5;

/** What an inspector makes of received bytes: bytes to pass on, or what is to happen at this place. */
export type Piece = Buffer | 'hold' | 'reset';

/** Looks at the bytes of one direction as they arrive. */
export type Inspect = (chunk: Buffer) => readonly Piece[];

/** Items kept, beside the bytes: each costs some 100 bytes, however small. */
const KEEP_LIMIT_ITEMS = 20_000;

interface Item {
  readonly what: Piece | 'end';
  /** Passed on no earlier than this, and never before the item in front of it. */
  readonly dueMs: number;
}

/** The two ends of a flow, and what becomes of the connection when a reset is due. */
export interface FlowEnds {
  readonly source: Socket;
  readonly destination: Socket;
  readonly inspect?: Inspect | undefined;
  /** Resets both sockets. */
  readonly reset: () => void;
}

/** One direction. */
export class Flow {
  /** Whether the source's end was taken, and whether it was passed on. */
  #ended: 'no' | 'taken' | 'passed' = 'no';
  #kept: Item[] = [];
  #keptBytes = 0;
  #holds = false;
  /** Waits for the bandwidth, and was counted. */
  #isSlowed = false;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly link: Link,
    readonly ends: FlowEnds,
  ) {
    ends.source.on('data', (chunk: Buffer) => this.#receive(chunk));
    ends.source.on('end', () => this.#keep('end'));
    ends.destination.on('drain', () => this.drain());
  }

  get endTaken(): boolean {
    return this.#ended !== 'no';
  }

  get endPassed(): boolean {
    return this.#ended === 'passed';
  }

  /** Passes the death of the source on, after all that it sent. */
  sourceDied(): void {
    this.#keep('reset');
  }

  release(): void {
    this.#holds = false;
  }

  /** Forgets the delay of what is kept. */
  hurry(): void {
    this.#kept = this.#kept.map(({ what }) => ({ what, dueMs: 0 }));
  }

  /** Passes nothing on any more; what arrives is thrown away. */
  stop(): void {
    this.#stopped = true;
    this.#kept = [];
    this.#keptBytes = 0;
    clearTimeout(this.#timer);
    this.ends.source.resume();
  }

  /** Passes on what may pass now, and comes back when more may. */
  drain(): void {
    clearTimeout(this.#timer);
    for (let item = this.#kept[0]; item !== undefined; item = this.#kept[0]) {
      if (this.#isBlocked()) break;
      const nowMs = performance.now();
      const waitMs = Math.max(item.dueMs - nowMs, this.link.busyMs(nowMs));
      if (waitMs > 0) {
        if (item.dueMs <= nowMs) this.#slow();
        this.#timer = setTimeout(() => this.drain(), Math.ceil(waitMs));
        break;
      }
      this.#pass(item, nowMs);
    }
    this.#readOrWait();
  }

  #receive(chunk: Buffer): void {
    if (this.#stopped) return;
    const { inspect } = this.ends;
    for (const piece of inspect === undefined ? [chunk] : inspect(chunk)) this.#keep(piece);
  }

  #keep(what: Item['what']): void {
    if (this.#stopped) return;
    if (what === 'end') this.#ended = 'taken';
    const { link } = this;
    const delayMs = link.nextDelayMs();
    if (delayMs > 0) link.counter.hits.delayed += 1;
    if (link.held || this.#holds) link.counter.hits.held += 1;
    this.#kept.push({ what, dueMs: delayMs > 0 ? performance.now() + delayMs : 0 });
    if (typeof what !== 'string') this.#keptBytes += what.length;
    this.drain();
  }

  #slow(): void {
    if (this.#isSlowed) return;
    this.#isSlowed = true;
    this.link.counter.hits.slowed += 1;
  }

  #isBlocked(): boolean {
    const { destination } = this.ends;
    return (
      this.link.held || this.#holds || (destination.writableNeedDrain && !destination.destroyed)
    );
  }

  #pass({ what, dueMs }: Item, nowMs: number): void {
    this.#kept.shift();
    this.#isSlowed = false;
    if (what === 'end') {
      this.#ended = 'passed';
      this.ends.destination.end();
    } else if (what === 'reset') {
      this.#resetOncePassed();
    } else if (what === 'hold') {
      this.#holds = true;
    } else {
      this.#keptBytes -= what.length;
      this.#passBytes(what, { dueMs, nowMs });
    }
  }

  #passBytes(bytes: Buffer, { dueMs, nowMs }: { dueMs: number; nowMs: number }): void {
    const { link } = this;
    const room = Math.min(bytes.length, link.bytesUntilReset ?? bytes.length);
    const granted = room === 0 ? 0 : link.claim(room, nowMs);
    this.#write(bytes.subarray(0, granted));
    if (link.bytesUntilReset !== undefined) link.bytesUntilReset -= granted;
    if (link.bytesUntilReset === 0) {
      link.bytesUntilReset = undefined;
      link.counter.hits.reset += 1;
      this.#resetOncePassed();
      return;
    }
    if (granted === bytes.length) return;
    this.#kept.unshift({ what: bytes.subarray(granted), dueMs });
    this.#keptBytes += bytes.length - granted;
  }

  #write(bytes: Buffer): void {
    const { destination } = this.ends;
    if (bytes.length === 0 || destination.destroyed) return;
    this.link.counter.bytes[this.link.direction] += bytes.length;
    destination.write(bytes);
  }

  /** A reset overtakes what is not yet written, so it waits for what was passed before it. */
  #resetOncePassed(): void {
    const { destination, reset } = this.ends;
    this.stop();
    if (destination.destroyed || destination.writableEnded || destination.connecting) reset();
    else destination.write(Buffer.alloc(0), () => afterGrace(reset));
  }

  #readOrWait(): void {
    if (this.#stopped) return;
    const { source } = this.ends;
    const isFull =
      this.#keptBytes >= this.link.keepLimitBytes || this.#kept.length >= KEEP_LIMIT_ITEMS;
    if (isFull) source.pause();
    else if (source.isPaused()) source.resume();
  }
}

/** By way of the event loop's poll: a receiver in this process has read, however slow the machine. */
const afterGrace = (reset: () => void): void => {
  setTimeout(() => setImmediate(reset), RESET_GRACE_MS);
};
