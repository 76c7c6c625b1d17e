/** Plain servers and clients on 127.0.0.1 for the specs of the fault proxies. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { Address } from '../fault-proxy.port';

/** A server; each connection is handled by what it was started with. */
export interface PlainServer {
  readonly address: Address;
  /** Connections in the order they came. */
  readonly sockets: readonly Socket[];
  /** What ended each connection that is closed, in the order they closed: an error code or 'end'. */
  readonly endings: readonly string[];
  close(): Promise<void>;
}

/** A client's connection with all that it received. */
export interface PlainClient {
  readonly socket: Socket;
  readonly received: () => Buffer;
  /** How the connection ended for it: an error code or 'end'; undefined while it is open. */
  readonly ending: () => string | undefined;
}

/** Starts a server on any free port. */
const plainServer = async (serve: (socket: Socket) => void): Promise<PlainServer> => {
  const sockets: Socket[] = [];
  const endings: string[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    onEnding(socket, (ending) => endings.push(ending));
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  const port = bound !== null && typeof bound === 'object' ? bound.port : 0;
  return {
    address: { host: '127.0.0.1', port },
    sockets,
    endings,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

/** Servers, clients and proxies of one test, closed together after it. */
export class Loopback {
  readonly #closers: (() => Promise<unknown>)[] = [];

  async server(serve: (socket: Socket) => void): Promise<PlainServer> {
    return this.keep(await plainServer(serve));
  }

  async client(proxy: { readonly port: number }): Promise<PlainClient> {
    const client = await plainClient({ host: '127.0.0.1', port: proxy.port });
    this.#closers.push(async () => client.socket.destroy());
    return client;
  }

  /** Closes it with the others, clients first. */
  keep<Closable extends { close(): Promise<unknown> }>(closable: Closable): Closable {
    this.#closers.push(() => closable.close());
    return closable;
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }
}

/** Sends back what it receives. */
export const echo = (socket: Socket): void => {
  socket.pipe(socket);
};

/** Answers `7;` with 7 bytes, and so on; one request at a time. */
export const answerOf = (socket: Socket): void => {
  let asked = '';
  socket.on('data', (chunk: Buffer) => {
    asked += chunk.toString();
    if (!asked.endsWith(';')) return;
    socket.write(Buffer.alloc(Number.parseInt(asked, 10), 'x'));
    asked = '';
  });
};

/** Reads nothing until told to. */
export const deaf = (socket: Socket): void => {
  socket.pause();
};

/** Connects; resolves when the connection is open, rejects when it is refused. */
const plainClient = async (address: Address): Promise<PlainClient> => {
  const socket = connect({ ...address, allowHalfOpen: true });
  const chunks: Buffer[] = [];
  let ending: string | undefined;
  await once(socket, 'connect');
  onEnding(socket, (how) => {
    ending = how;
  });
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { socket, received: () => Buffer.concat(chunks), ending: () => ending };
};

/** Asks until it holds; fails after 20 s. */
export const until = async (what: string, holds: () => boolean): Promise<void> => {
  const end = performance.now() + 20_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`not within 20 s: ${what}`);
    await new Promise((done) => setTimeout(done, 2));
  }
};

/** Asks until a figure has been the same 50 times in a row: nothing moves any more. */
export const untilQuiet = async (what: string, figure: () => number): Promise<void> => {
  let last = figure();
  let same = 0;
  await until(what, () => {
    same = figure() === last ? same + 1 : 0;
    last = figure();
    return same >= 50;
  });
};

const onEnding = (socket: Socket, tell: (ending: string) => void): void => {
  let isTold = false;
  const once = (ending: string): void => {
    if (isTold) return;
    isTold = true;
    tell(ending);
  };
  socket.on('error', (error) => once('code' in error ? String(error.code) : error.message));
  socket.on('end', () => once('end'));
  socket.on('close', () => once('close'));
};
