import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { SeededRandom } from '@millrace/testkit';
import type { FaultProxy } from './fault-proxy.port';
import { startFaultProxy } from './start-fault-proxy';
import {
  deaf,
  echo,
  Loopback,
  type PlainServer,
  until,
  untilQuiet,
} from './testing/loopback-peers';

const MB = 1_048_576;
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('a fault proxy without a fault', () => {
  const loopback = new Loopback();
  afterEach(() => loopback.close());

  const proxyOf = async (server?: PlainServer): Promise<FaultProxy> =>
    loopback.keep(await startFaultProxy(server === undefined ? {} : { target: server.address }));

  it('passes 20 MB in chunks of any size, each way, unharmed', async () => {
    const proxy = await proxyOf(await loopback.server(echo));
    const { socket, received, ending } = await loopback.client(proxy);
    const random = new SeededRandom(42);
    const sent = createHash('sha256');
    for (let left = 20 * MB; left > 0; ) {
      const chunk = Buffer.alloc(Math.min(left, random.int(1, 200_000)), random.int(0, 255));
      chunk.writeUInt8(random.int(0, 255), random.int(0, chunk.length - 1));
      sent.update(chunk);
      left -= chunk.length;
      if (!socket.write(chunk)) await once(socket, 'drain');
    }
    socket.end();
    await until('the echo of all', () => ending() === 'end');
    expect(sha256(received())).toBe(sent.digest('hex'));
    expect(proxy.counts).toMatchObject({
      connections: 1,
      bytesToTarget: 20 * MB,
      bytesToClient: 20 * MB,
      faults: 0,
    });
    await until('the connection to be forgotten', () => proxy.counts.open === 0);
  });

  it('leaves a half-open connection half-open', async () => {
    const server = await loopback.server((socket) => {
      socket.on('data', () => undefined);
      socket.on('end', () => socket.end('all of it arrived'));
    });
    const { socket, received, ending } = await loopback.client(await proxyOf(server));
    socket.end('a request and the end of it');
    await until('the answer', () => ending() === 'end');
    expect(received().toString()).toBe('all of it arrived');
  });

  it('keeps 40 connections at a time apart', async () => {
    const proxy = await proxyOf(await loopback.server(echo));
    const numbers = Array.from({ length: 40 }, (_, index) => index);
    const own = await Promise.all(numbers.map(() => loopback.client(proxy)));
    own.forEach(({ socket }, index) => {
      socket.end(`connection ${index} `.repeat(1_000 + index));
    });
    await until('all answers', () => own.every(({ ending }) => ending() === 'end'));
    expect(own.map(({ received }) => received().toString())).toEqual(
      numbers.map((index) => `connection ${index} `.repeat(1_000 + index)),
    );
    expect(proxy.counts.connections).toBe(40);
  });

  it('stops reading a client whose server does not read', async () => {
    const server = await loopback.server(deaf);
    const { socket } = await loopback.client(await proxyOf(server));
    socket.write(Buffer.alloc(64 * MB));
    socket.end();
    await untilQuiet(
      'the connection to be full',
      () => socket.bytesWritten - socket.writableLength,
    );
    expect(socket.writableLength).toBeGreaterThan(0);
    let read = 0;
    server.sockets[0]?.on('data', (chunk: Buffer) => {
      read += chunk.length;
    });
    server.sockets[0]?.resume();
    await until('all to be read', () => read === 64 * MB);
  });

  it('passes a reset of the server on as a reset', async () => {
    const server = await loopback.server((socket) => {
      socket.on('data', () => socket.resetAndDestroy());
    });
    const { socket, ending } = await loopback.client(await proxyOf(server));
    socket.write('x');
    await until('the reset', () => ending() !== undefined);
    expect(ending()).toBe('ECONNRESET');
  });

  it('passes a reset of the client on as a reset', async () => {
    const server = await loopback.server(echo);
    const { socket, received } = await loopback.client(await proxyOf(server));
    socket.write('x');
    await until('the echo', () => received().length === 1);
    socket.resetAndDestroy();
    await until('the reset', () => server.endings.length === 1);
    expect(server.endings).toEqual(['ECONNRESET']);
  });

  it('resets connections while it has no target, and takes one later', async () => {
    const proxy = await proxyOf();
    const first = await loopback.client(proxy);
    await until('the reset', () => first.ending() === 'ECONNRESET');
    proxy.retarget((await loopback.server(echo)).address);
    const second = await loopback.client(proxy);
    second.socket.write('now');
    await until('the echo', () => second.received().toString() === 'now');
  });

  it('names its address, and is gone once closed', async () => {
    const server = await loopback.server(echo);
    const proxy = await proxyOf(server);
    const { ending } = await loopback.client(proxy);
    expect([proxy.address, proxy.target]).toEqual([`127.0.0.1:${proxy.port}`, server.address]);
    await expect(startFaultProxy({ target: server.address, port: proxy.port })).rejects.toThrow(
      'EADDRINUSE',
    );
    await proxy.close();
    await until('the end', () => ending() !== undefined);
    await expect(loopback.client(proxy)).rejects.toThrow('ECONNREFUSED');
  });
});
