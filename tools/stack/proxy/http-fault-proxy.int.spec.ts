import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { SeededRandom } from '@millrace/testkit';
import { type HttpFaultProxy, startHttpFaultProxy } from './http-fault-proxy';
import { Loopback, until, untilQuiet } from './testing/loopback-peers';

const MB = 1_048_576;

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const bodyOf = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
};

describe('an HTTP fault proxy', () => {
  const loopback = new Loopback();
  const agent = new Agent({ keepAlive: true, maxSockets: 100 });
  const heard: string[] = [];
  let targetSockets: Set<Socket>;
  let proxy: HttpFaultProxy;

  /** Answers with what was asked, unless told otherwise. */
  let answer: (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;
  const echo = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await bodyOf(incoming);
    const names = Object.fromEntries(Object.entries(incoming.headers));
    outgoing.writeHead(201, { 'x-asked': JSON.stringify(names), 'content-type': 'text/plain' });
    outgoing.end(body);
  };

  beforeEach(async () => {
    answer = echo;
    heard.length = 0;
    targetSockets = new Set();
    const server = createServer((incoming, outgoing) => {
      heard.push(`${incoming.method} ${incoming.url}`);
      targetSockets.add(incoming.socket);
      void answer(incoming, outgoing).catch(() => outgoing.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const bound = server.address();
    const port = bound !== null && typeof bound === 'object' ? bound.port : 0;
    loopback.keep({
      close: async () => {
        server.closeAllConnections();
        server.close();
      },
    });
    proxy = loopback.keep(await startHttpFaultProxy({ target: { host: '127.0.0.1', port } }));
  });
  afterEach(async () => {
    agent.destroy();
    await loopback.close();
  });

  const begin = ({ method = 'GET', path = '/', headers = {}, body }: Asked) => {
    const asking = request(`${proxy.url}${path}`, { method, headers, agent });
    // Told by the promise that waits for the response, or by the one that reads its body.
    asking.on('error', () => undefined);
    asking.end(body);
    return asking;
  };
  const ask = async (asked: Asked = {}): Promise<Answer> => {
    const [message]: IncomingMessage[] = await once(begin(asked), 'response');
    if (message === undefined) throw new Error('no response');
    const { statusCode = 0, headers } = message;
    return { status: statusCode, headers, body: await bodyOf(message) };
  };
  const randomBytes = (length: number): Buffer => {
    const random = new SeededRandom('body');
    // A prime number of bytes repeated: no chunk looks like its neighbour.
    return Buffer.alloc(
      length,
      Buffer.from(Array.from({ length: 9_973 }, () => random.int(0, 255))),
    );
  };

  it('passes method, path, headers, body and status through', async () => {
    const headers = { 'X-Own': 'a, b', accept: 'text/plain', 'content-type': 'application/x' };
    const got = await ask({ method: 'PUT', path: '/a%20b?c=d', headers, body: Buffer.from('é') });
    expect([got.status, got.body.toString(), heard]).toEqual([201, 'é', ['PUT /a%20b?c=d']]);
    expect(got.headers['content-type']).toBe('text/plain');
    expect(JSON.parse(String(got.headers['x-asked']))).toMatchObject({
      'x-own': 'a, b',
      'content-type': 'application/x',
      'content-length': '2',
      host: proxy.address,
    });
    expect(proxy.counts).toMatchObject({ requests: 1, badTarget: 0, faults: 0 });
  });

  it.each([
    ['of known length', { 'content-length': String(20 * MB) }],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
  ])('passes 20 MB %s each way unharmed', async (_, headers) => {
    const body = randomBytes(20 * MB);
    const got = await ask({ method: 'POST', headers, body });
    expect(sha256(got.body)).toBe(sha256(body));
  });

  it.each(['GET', 'HEAD', 'DELETE', 'POST'])('passes a %s without a body', async (method) => {
    const got = await ask({ method });
    expect([got.status, got.body.length]).toEqual([201, 0]);
  });

  it('keeps connections alive on both sides', async () => {
    for (let count = 0; count < 5; count += 1) await ask();
    expect([proxy.counts.connections, targetSockets.size]).toEqual([1, 1]);
  });

  it('keeps 30 requests at a time apart', async () => {
    const bodies = Array.from({ length: 30 }, (_, index) => Buffer.from(`${index};`.repeat(999)));
    const answers = await Promise.all(bodies.map((body) => ask({ method: 'POST', body })));
    expect(answers.map(({ body }) => body)).toEqual(bodies);
  });

  it('stops reading a target whose client does not read', async () => {
    let written = (): number => 0;
    answer = async (_, outgoing) => {
      written = () => outgoing.socket?.bytesWritten ?? 0;
      outgoing.end(Buffer.alloc(64 * MB));
    };
    const [message]: IncomingMessage[] = await once(begin({}), 'response');
    await untilQuiet('the connection to be full', () => written() - bufferedBy(targetSockets));
    expect(bufferedBy(targetSockets)).toBeGreaterThan(0);
    expect((message === undefined ? undefined : await bodyOf(message))?.length).toBe(64 * MB);
  });

  it('answers in the place of the target, which never hears of it', async () => {
    const injection = proxy.respond({
      status: 429,
      headers: { 'retry-after': '1' },
      body: '{"error":"busy"}',
    });
    const got = await ask({ method: 'POST', body: randomBytes(20 * MB) });
    expect([got.status, got.headers['retry-after'], got.body.toString()]).toEqual([
      429,
      '1',
      '{"error":"busy"}',
    ]);
    expect([heard, injection.hits, proxy.counts.hits.responses]).toEqual([[], 1, 1]);
    proxy.passThrough();
    expect((await ask()).status).toBe(201);
    expect(injection.hits).toBe(1);
  });

  it('answers only what fits, and only as often as it was told', async () => {
    const bulk = proxy.respond({
      status: 503,
      match: { method: 'post', path: /^\/_bulk/ },
      times: 2,
    });
    const any = proxy.respond({ status: 418, match: { path: /tea$/g } });
    const statuses: number[] = [];
    for (const [method, path] of [
      ['GET', '/_bulk'],
      ['POST', '/_bulk?refresh=true'],
      ['POST', '/a/_bulk'],
      ['POST', '/_bulk'],
      ['POST', '/_bulk'],
      ['GET', '/tea'],
      ['GET', '/tea'],
    ] as const) {
      statuses.push((await ask({ method, path })).status);
    }
    expect(statuses).toEqual([201, 503, 201, 503, 201, 418, 418]);
    expect([bulk.hits, any.hits, proxy.counts.hits.responses]).toEqual([2, 2, 4]);
    await proxy.heal();
    expect((await ask({ path: '/tea' })).status).toBe(201);
  });

  it('answers after the target has done its work, whose answer is lost', async () => {
    const injection = proxy.respond({ status: 503, afterTarget: true, times: 1 });
    const got = await ask({ method: 'POST', path: '/_bulk', body: Buffer.from('done') });
    expect([got.status, got.body.length, heard]).toEqual([503, 0, ['POST /_bulk']]);
    expect(injection.hits).toBe(1);
  });

  it.each([204, 304])('answers %i without content', async (status) => {
    proxy.respond({ status });
    const got = await ask();
    expect([got.status, got.headers['content-length']]).toEqual([status, undefined]);
  });

  it.each([99, 199, 600, 200.5])('refuses to answer with status %d', (status) => {
    expect(() => proxy.respond({ status })).toThrow(RangeError);
  });

  it('answers 502 when the target refuses, and recovers with it', async () => {
    const { target } = proxy;
    proxy.retarget({ host: '127.0.0.1', port: 1 });
    const got = await ask({ method: 'POST', body: randomBytes(MB) });
    expect([got.status, JSON.parse(got.body.toString()).code]).toEqual([502, 'ECONNREFUSED']);
    expect(proxy.counts).toMatchObject({ badTarget: 1, faults: 0 });
    proxy.retarget(target);
    expect((await ask()).status).toBe(201);
  });

  it('answers 502 when the target breaks off before it answers', async () => {
    answer = async (incoming) => {
      incoming.socket.resetAndDestroy();
    };
    expect((await ask()).status).toBe(502);
    expect(proxy.counts.badTarget).toBe(1);
  });

  it('breaks an answer off where the target breaks it off', async () => {
    answer = async (incoming, outgoing) => {
      outgoing.writeHead(200, { 'content-length': '1000' });
      outgoing.write('half', () => incoming.socket.destroy());
    };
    await expect(ask()).rejects.toThrow('aborted');
  });

  it('tells the target when the client gives up', async () => {
    let isGone = false;
    answer = async (incoming) => {
      incoming.socket.on('close', () => {
        isGone = true;
      });
    };
    const asking = begin({});
    await until('the target to hear of it', () => heard.length === 1);
    asking.destroy();
    await until('the target to know', () => isGone);
  });

  it('has the levers of the TCP proxy: hold, and dropAfter in the middle of a body', async () => {
    await ask();
    proxy.hold('toClient');
    const held = ask({ method: 'POST', body: Buffer.from('held') });
    await until('the answer to be held', () => proxy.counts.hits.held > 0);
    expect(heard.length).toBe(2);
    proxy.release();
    expect((await held).body.toString()).toBe('held');
    proxy.dropAfter(10_000, 'toClient');
    const cut = ask({ method: 'POST', body: randomBytes(MB) });
    await expect(cut).rejects.toThrow(/aborted|ECONNRESET|EPIPE/);
    expect(proxy.counts.hits.reset).toBe(1);
    expect((await ask()).status).toBe(201);
  });

  it('is cut off like a server that is gone, until it is healed', async () => {
    await ask();
    proxy.cut();
    await until('the connection to be gone', () => proxy.counts.open === 0);
    await expect(ask()).rejects.toThrow('ECONNREFUSED');
    await proxy.heal();
    expect((await ask()).status).toBe(201);
  });
});

const bufferedBy = (sockets: ReadonlySet<Socket>): number =>
  [...sockets].reduce((sum, socket) => sum + socket.writableLength, 0);
