/** The TCP fault proxy: listens, pairs each client with the target, and passes levers on. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Connection, type Inspector } from './connection';
import { FaultCounter, type FaultCounts } from './fault-counts';
import type {
  Address,
  Direction,
  Directions,
  FaultProxy,
  FaultProxyOptions,
  JitteredDelay,
} from './fault-proxy.port';
import { Link } from './link';

const LOOPBACK = '127.0.0.1';
const NOWHERE: Address = { host: LOOPBACK, port: 0 };
const KEEP_LIMIT_BYTES = 4_194_304;

/** A proxy that looks at what it passes on. */
export interface TcpFaultProxyOptions extends FaultProxyOptions {
  /** Asked once per connection. */
  readonly inspect?: () => Inspector;
}

/** The proxy itself; `listen` starts it. Proxies for a protocol extend it. */
export class TcpFaultProxy implements FaultProxy {
  protected readonly counter = new FaultCounter();
  readonly #links: { readonly [D in Direction]: Link };
  readonly #connections = new Set<Connection>();
  readonly #inspect: (() => Inspector) | undefined;
  #target: Address;
  #port: number;
  #server: Server | undefined;

  constructor(options: TcpFaultProxyOptions) {
    const { target = NOWHERE, port = 0, keepLimitBytes = KEEP_LIMIT_BYTES, inspect } = options;
    this.#links = {
      toTarget: new Link('toTarget', this.counter, keepLimitBytes),
      toClient: new Link('toClient', this.counter, keepLimitBytes),
    };
    this.#inspect = inspect;
    this.#target = target;
    this.#port = port;
  }

  get port(): number {
    return this.#port;
  }

  get address(): string {
    return `${LOOPBACK}:${this.#port}`;
  }

  get target(): Address {
    return this.#target;
  }

  get counts(): FaultCounts {
    return this.counter.snapshot();
  }

  /** @throws Error (EADDRINUSE) when the port is taken */
  async listen(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer({ allowHalfOpen: true }, (client) => this.#take(client));
    this.#server = server;
    server.listen(this.#port, LOOPBACK);
    try {
      await once(server, 'listening');
    } catch (error) {
      this.#server = undefined;
      throw error;
    }
    const bound = server.address();
    if (bound !== null && typeof bound === 'object') this.#port = bound.port;
  }

  retarget(target: Address): void {
    this.#target = target;
  }

  delay(delay: number | JitteredDelay, direction: Directions = 'both'): void {
    for (const link of this.#linksOf(direction)) link.delay(delay);
  }

  bandwidth(bytesPerSecond: number | 'unlimited', direction: Directions = 'both'): void {
    for (const link of this.#linksOf(direction)) link.bandwidth(bytesPerSecond);
    this.#drain();
  }

  hold(direction: Directions = 'both'): void {
    for (const link of this.#linksOf(direction)) link.held = true;
  }

  release(): void {
    for (const link of this.#linksOf('both')) link.held = false;
    for (const connection of this.#connections) connection.release();
    this.#drain();
  }

  cut(): void {
    this.#server?.close();
    this.#server = undefined;
    for (const connection of [...this.#connections]) {
      if (connection.end()) this.counter.hits.cut += 1;
    }
  }

  reset(): void {
    for (const connection of [...this.#connections]) {
      if (connection.reset()) this.counter.hits.reset += 1;
    }
  }

  dropAfter(bytes: number, direction: Direction): void {
    if (!Number.isSafeInteger(bytes) || bytes < 0) {
      throw new RangeError(`dropAfter: ${bytes} bytes; an integer >= 0 is wanted`);
    }
    this.#links[direction].bytesUntilReset = bytes;
  }

  async heal(): Promise<void> {
    for (const link of this.#linksOf('both')) link.heal();
    for (const connection of this.#connections) {
      connection.release();
      connection.hurry();
    }
    this.#drain();
    await this.listen();
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const connection of [...this.#connections]) connection.destroy();
    if (server === undefined) return;
    server.close();
    await once(server, 'close');
  }

  #take(client: Socket): void {
    const target = connect({ ...this.#target, allowHalfOpen: true });
    this.counter.connections += 1;
    const connection = new Connection({
      client,
      target,
      links: this.#links,
      inspector: this.#inspect?.(),
      onClosed: (closed) => this.#forget(closed),
    });
    this.#connections.add(connection);
    this.counter.open = this.#connections.size;
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection);
    this.counter.open = this.#connections.size;
  }

  #drain(): void {
    for (const connection of [...this.#connections]) connection.drain();
  }

  #linksOf(direction: Directions): readonly Link[] {
    const { toTarget, toClient } = this.#links;
    if (direction === 'both') return [toTarget, toClient];
    return direction === 'toTarget' ? [toTarget] : [toClient];
  }
}
