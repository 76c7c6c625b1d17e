/**
 * A fault proxy for HTTP: an HTTP server that passes requests on, behind a TCP fault proxy. So every
 * TCP lever works between the client and this server, and responses can be injected.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { FaultCounts } from './fault-counts';
import type { Address, FaultProxy, FaultProxyOptions } from './fault-proxy.port';
import { type Exchange, HttpForward } from './http-forward';
import { type InjectedResponse, InjectedResponses, type Injection } from './injected-responses';
import { TcpFaultProxy } from './tcp-fault-proxy';

/** `FaultCounts`, and requests. */
export interface HttpFaultCounts extends FaultCounts {
  /** Requests whose head was read. */
  readonly requests: number;
  /** Requests answered 502, for the target refused or broke off before it answered. */
  readonly badTarget: number;
}

/** A fault proxy in front of one HTTP server. */
export interface HttpFaultProxy extends FaultProxy {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  /**
   * Answers requests that fit in the target's place, after reading them whole. Of several that fit
   * the one asked for first is given, until its `times` are used up.
   * @throws RangeError when the status is not 200 to 599
   */
  respond(response: InjectedResponse): Injection;
  /** Ends every injected response. `heal` does so too. */
  passThrough(): void;
  readonly counts: HttpFaultCounts;
}

/**
 * Starts a proxy on 127.0.0.1 in front of an HTTP server (Elasticsearch, a webhook, an app).
 * Bodies are streamed, whatever their size; connections are kept alive on both sides.
 *
 * @returns when it listens
 * @throws Error (EADDRINUSE) when the port asked for is taken
 */
export const startHttpFaultProxy = async (options: FaultProxyOptions): Promise<HttpFaultProxy> => {
  const proxy = new HttpProxy(options);
  await proxy.listen();
  return proxy;
};

class HttpProxy extends TcpFaultProxy implements HttpFaultProxy {
  readonly #responses = new InjectedResponses(() => this.counter);
  readonly #server: Server;
  readonly #forward: HttpForward;
  #httpTarget: Address;
  #requests = 0;
  #badTarget = 0;

  constructor({ target, ...options }: FaultProxyOptions) {
    super(options);
    this.#httpTarget = target ?? super.target;
    this.#forward = new HttpForward(
      () => this.#httpTarget,
      () => {
        this.#badTarget += 1;
      },
    );
    this.#server = createServer({ requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 });
    this.#server.on('request', (incoming, outgoing) => this.#answer({ incoming, outgoing }));
  }

  get url(): string {
    return `http://${this.address}`;
  }

  override get target(): Address {
    return this.#httpTarget;
  }

  override get counts(): HttpFaultCounts {
    return { ...super.counts, requests: this.#requests, badTarget: this.#badTarget };
  }

  override retarget(target: Address): void {
    this.#httpTarget = target;
  }

  respond(response: InjectedResponse): Injection {
    return this.#responses.add(response);
  }

  passThrough(): void {
    this.#responses.clear();
  }

  override async listen(): Promise<void> {
    if (!this.#server.listening) {
      this.#server.listen(0, '127.0.0.1');
      await once(this.#server, 'listening');
      const bound = this.#server.address();
      if (bound !== null && typeof bound === 'object') {
        super.retarget({ host: '127.0.0.1', port: bound.port });
      }
    }
    await super.listen();
  }

  override heal(): Promise<void> {
    this.passThrough();
    return super.heal();
  }

  override async close(): Promise<void> {
    await super.close();
    this.#forward.close();
    this.#server.closeAllConnections();
    this.#server.close();
    if (this.#server.listening) await once(this.#server, 'close');
  }

  #answer(exchange: Exchange): void {
    const { incoming } = exchange;
    this.#requests += 1;
    const line = { method: incoming.method ?? 'GET', path: incoming.url ?? '/' };
    const injected = this.#responses.take(line);
    if (injected === undefined) {
      this.#forward.pass(exchange);
    } else if (injected.afterTarget === true) {
      this.#forward.pass(exchange, () => inject(injected, exchange));
    } else {
      incoming.on('end', () => inject(injected, exchange)).resume();
    }
  }
}

/** Statuses whose responses have no content, hence no length. Source: RFC 9110, 8.6. */
const WITHOUT_CONTENT = new Set([204, 304]);

const inject = ({ status, headers = {}, body = '' }: InjectedResponse, { outgoing }: Exchange) => {
  const length = WITHOUT_CONTENT.has(status) ? {} : { 'content-length': Buffer.byteLength(body) };
  outgoing.writeHead(status, { ...headers, ...length });
  outgoing.end(body);
};
