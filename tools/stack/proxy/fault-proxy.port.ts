/** What a fault proxy can do to the connections that go through it. */
import type { FaultCounts } from './fault-counts';

/** Which way bytes go. */
export type Direction = 'toTarget' | 'toClient';

/** One way, or both. */
export type Directions = Direction | 'both';

/** Where a server listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A delay that varies: each chunk waits `ms` and up to `jitterMs` more, drawn from `seed`. */
export interface JitteredDelay {
  readonly ms: number;
  readonly jitterMs: number;
  readonly seed: number;
}

/** What to start. */
export interface FaultProxyOptions {
  /** Left out: connections are reset until `retarget` names one. */
  readonly target?: Address;
  /** Port on 127.0.0.1; any free one when left out or 0. */
  readonly port?: number;
  /**
   * Bytes kept per connection and direction while they are held, delayed or slowed; then the sender
   * is no longer read (its TCP window closes). 4 MiB when left out; one chunk (64 KiB) may exceed it.
   */
  readonly keepLimitBytes?: number;
}

/**
 * A proxy on 127.0.0.1 in front of one server. It passes bytes on, in order, each direction on its
 * own (half-open connections stay half-open, a reset is passed on as a reset), until a lever is set.
 * Levers act on present and on new connections, unless said otherwise, and may be combined.
 */
export interface FaultProxy {
  /** `127.0.0.1:port`. */
  readonly address: string;
  readonly port: number;
  readonly target: Address;
  /** Sends new connections elsewhere: a proxy may be up before the server that advertises it. */
  retarget(target: Address): void;
  /** Each chunk that arrives from now on waits so long before it is passed on; 0 ends it. */
  delay(ms: number | JitteredDelay, direction?: Directions): void;
  /** At most so many bytes per second, all connections together. */
  bandwidth(bytesPerSecond: number | 'unlimited', direction?: Directions): void;
  /**
   * A black hole: connections stay open, new ones are taken, bytes (and closings) are kept, not
   * passed on.
   */
  hold(direction?: Directions): void;
  /** Ends every hold; what was kept is passed on. */
  release(): void;
  /** A server that is gone: ends present connections (FIN), refuses new ones. Until `heal`. */
  cut(): void;
  /** Resets present connections (RST). New ones are taken. */
  reset(): void;
  /**
   * Passes on so many more bytes, all connections together, then resets the connection that the
   * last of them went through; 0 resets the next one that sends. Once. A reset may overtake bytes
   * on their way to one that does not read: it receives no more than these, perhaps fewer.
   */
  dropAfter(bytes: number, direction: Direction): void;
  /**
   * Ends every lever; what was kept is passed on at once. Resolves when connections are taken.
   * @throws Error when after a `cut` the port was taken by another process
   */
  heal(): Promise<void>;
  /** A snapshot. */
  readonly counts: FaultCounts;
  /** Destroys every connection and stops listening. */
  close(): Promise<void>;
}
