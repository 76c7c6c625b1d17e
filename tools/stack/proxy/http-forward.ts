/** Sends a request on to the target and its answer back, as streams. */
import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import type { Address } from './fault-proxy.port';

/** Headers that concern one connection, and what Node sets itself. Source: RFC 9110, 7.6.1. */
const OF_ONE_CONNECTION = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** One exchange with the client. */
export interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/** Keeps connections to the target, and passes requests on. */
export class HttpForward {
  readonly #agent = new Agent({ keepAlive: true });

  constructor(
    readonly target: () => Address,
    /** The target could not be asked: refused, reset, no HTTP. */
    readonly onBadTarget: () => void,
  ) {}

  /** @param insteadOfAnswer called in place of passing the answer on, once that was read */
  pass({ incoming, outgoing }: Exchange, insteadOfAnswer?: () => void): void {
    const onward = request({
      ...this.target(),
      agent: this.#agent,
      method: incoming.method ?? 'GET',
      path: incoming.url ?? '/',
      headers: onwardHeaders(incoming),
      setHost: false,
    });
    onward.on('response', (answer) => {
      if (insteadOfAnswer !== undefined) {
        answer.on('close', insteadOfAnswer).resume();
        return;
      }
      const { statusCode = 502, statusMessage } = answer;
      outgoing.writeHead(statusCode, statusMessage, headersToPass(answer.rawHeaders));
      // Broken off on either side, it ends broken off on the other.
      pipeline(answer, outgoing, () => undefined);
    });
    onward.on('error', (error) => this.#refuse(outgoing, error));
    outgoing.on('close', () => {
      if (!outgoing.writableFinished) onward.destroy();
    });
    incoming.pipe(onward);
    incoming.on('close', () => {
      if (!incoming.complete) onward.destroy();
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  #refuse(outgoing: ServerResponse, error: Error): void {
    if (outgoing.destroyed || outgoing.headersSent) {
      outgoing.destroy();
      return;
    }
    this.onBadTarget();
    const code = 'code' in error ? String(error.code) : error.name;
    const { host, port } = this.target();
    outgoing.writeHead(502, { 'content-type': 'application/json', connection: 'close' });
    outgoing.end(JSON.stringify({ error: 'bad target', target: `${host}:${port}`, code }));
  }
}

const onwardHeaders = (incoming: IncomingMessage): readonly string[] => {
  const isChunked = incoming.headers['transfer-encoding'] !== undefined;
  return [
    ...headersToPass(incoming.rawHeaders),
    ...(isChunked ? ['transfer-encoding', 'chunked'] : []),
  ];
};

/** Name, value, name, value, …, as they came. */
const headersToPass = (raw: readonly string[]): string[] => {
  const passed: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const [name = '', value = ''] = [raw[index], raw[index + 1]];
    if (!OF_ONE_CONNECTION.has(name.toLowerCase())) passed.push(name, value);
  }
  return passed;
};
