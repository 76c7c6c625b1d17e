import type { FaultProxy, FaultProxyOptions } from './fault-proxy.port';
import { startFaultProxy } from './start-fault-proxy';
import {
  answerOf,
  echo,
  Loopback,
  type PlainClient,
  type PlainServer,
  until,
  untilQuiet,
} from './testing/loopback-peers';

const HOUR_MS = 3_600_000;
const MB = 1_048_576;

describe('the levers of a fault proxy', () => {
  const loopback = new Loopback();
  let server: PlainServer;
  let proxy: FaultProxy;
  let client: PlainClient;

  const start = async (options: FaultProxyOptions = {}): Promise<void> => {
    server = await loopback.server(echo);
    proxy = loopback.keep(await startFaultProxy({ target: server.address, ...options }));
    client = await loopback.client(proxy);
    client.socket.write('before;');
    await until('the proxy to be whole', () => text() === 'before;');
  };
  const text = (): string => client.received().toString();
  const echoOf = async (words: string): Promise<void> => {
    const other = await loopback.client(proxy);
    other.socket.write(words);
    await until(`the echo of ${words}`, () => other.received().toString() === words);
  };

  afterEach(() => loopback.close());

  it('delay keeps an answer back until its time; heal passes it on at once', async () => {
    await start();
    proxy.delay(HOUR_MS, 'toClient');
    client.socket.write('a;');
    client.socket.end('b;');
    await until('both and the end to be delayed', () => proxy.counts.hits.delayed >= 2);
    expect([text(), client.ending()]).toEqual(['before;', undefined]);
    await proxy.heal();
    await until('the end', () => client.ending() === 'end');
    expect(text()).toBe('before;a;b;');
  });

  it('delay acts on the direction that was named', async () => {
    await start();
    proxy.delay(HOUR_MS, 'toTarget');
    client.socket.write('a;');
    await until('it to be delayed', () => proxy.counts.hits.delayed === 1);
    expect(proxy.counts.bytesToTarget).toBe(Buffer.byteLength('before;'));
    server.sockets[0]?.write('from the server;');
    await until('the other direction', () => text() === 'before;from the server;');
  });

  it('delay that varies keeps the order', async () => {
    await start();
    proxy.delay({ ms: 1, jitterMs: 5, seed: 7 });
    const words = Array.from({ length: 40 }, (_, index) => `${index};`);
    for (const word of words) {
      client.socket.write(word);
      await until('it to be taken', () => client.socket.writableLength === 0);
    }
    await until('all of them', () => text().endsWith(';39;'));
    expect(text()).toBe(`before;${words.join('')}`);
    expect(proxy.counts.hits.delayed).toBeGreaterThan(0);
  });

  it('bandwidth lets bytes through little by little, and all of them once it is unlimited', async () => {
    await start();
    proxy.bandwidth(2_000, 'toClient');
    client.socket.write(Buffer.alloc(MB, 'x'));
    await until('several waits', () => proxy.counts.hits.slowed >= 3);
    await until('some of it', () => text().length > 'before;'.length);
    expect(proxy.counts.bytesToClient).toBeLessThan(MB / 10);
    proxy.bandwidth('unlimited');
    await until('all of it', () => text().length === 'before;'.length + MB);
  });

  it('bandwidth is shared by all connections', async () => {
    await start();
    const other = await loopback.client(proxy);
    proxy.bandwidth(1, 'toClient');
    client.socket.write('ab');
    await until('one byte', () => proxy.counts.bytesToClient === 'before;a'.length);
    other.socket.write('cd');
    await until('both to wait', () => proxy.counts.hits.slowed >= 2);
    expect([text(), other.received().length]).toEqual(['before;a', 0]);
  });

  it('hold is a black hole: connections stay open, closings too are kept; release ends it', async () => {
    await start();
    proxy.hold('toClient');
    client.socket.end('a;');
    await until('answer and end to be held', () => proxy.counts.hits.held === 2);
    const during = await loopback.client(proxy);
    during.socket.write('b;');
    await until('the new one to be held', () => proxy.counts.hits.held === 3);
    expect([text(), client.ending()]).toEqual(['before;', undefined]);
    expect([during.received().length, proxy.counts.open]).toEqual([0, 2]);
    proxy.release();
    await until('both answers', () => during.received().toString() === 'b;');
    await until('the end', () => client.ending() === 'end');
    expect(text()).toBe('before;a;');
  });

  it('hold towards the target keeps a request from it, and hides that its client went away', async () => {
    await start();
    proxy.hold('toTarget');
    client.socket.write('a;');
    await until('it to be held', () => proxy.counts.hits.held === 1);
    client.socket.resetAndDestroy();
    await until('the death to be held', () => proxy.counts.hits.held === 2);
    expect([proxy.counts.bytesToTarget, server.endings]).toEqual(['before;'.length, []]);
    proxy.release();
    await until('the server to learn of it', () => server.endings.length === 1);
    expect(proxy.counts.bytesToTarget).toBe('before;a;'.length);
  });

  it('hold has a bound, beyond which the sender is not read', async () => {
    await start({ keepLimitBytes: 65_536 });
    const before = proxy.counts.bytesToTarget;
    proxy.hold();
    client.socket.write(Buffer.alloc(64 * MB));
    const taken = (): number => client.socket.bytesWritten - client.socket.writableLength;
    await untilQuiet('the connection to be full', taken);
    expect(client.socket.writableLength).toBeGreaterThan(0);
    expect(proxy.counts.hits.held).toBeLessThanOrEqual(65_536 / 1_024);
    proxy.release();
    await until('all of it', () => proxy.counts.bytesToTarget === before + 64 * MB);
  });

  it('cut ends connections and refuses new ones; heal takes them again', async () => {
    await start();
    proxy.cut();
    await until('both ends', () => client.ending() !== undefined && server.endings.length === 1);
    expect([client.ending(), server.endings]).toEqual(['end', ['end']]);
    await expect(loopback.client(proxy)).rejects.toThrow('ECONNREFUSED');
    expect(proxy.counts.hits).toMatchObject({ cut: 1, reset: 0 });
    await proxy.heal();
    await echoOf('healed');
  });

  it('reset leaves no socket behind when the connection is just being ended', async () => {
    await start();
    proxy.cut();
    proxy.reset();
    await until('both sockets closed', () => proxy.counts.open === 0);
    await proxy.heal();
  });

  it('reset resets both sides and takes new connections', async () => {
    await start();
    proxy.reset();
    await until('both ends', () => client.ending() !== undefined && server.endings.length === 1);
    expect([client.ending(), server.endings]).toEqual(['ECONNRESET', ['ECONNRESET']]);
    expect(proxy.counts.hits).toMatchObject({ cut: 0, reset: 1 });
    await echoOf('a new connection');
  });

  it.each([0, 1, 10_000])('dropAfter cuts an answer after %i bytes, once', async (bytes) => {
    await start();
    const answering = await loopback.server(answerOf);
    proxy.retarget(answering.address);
    const asking = await loopback.client(proxy);
    proxy.dropAfter(bytes, 'toClient');
    asking.socket.write('20000;');
    await until('both ends', () => asking.ending() !== undefined && answering.endings.length === 1);
    expect([asking.ending(), asking.received().length]).toEqual(['ECONNRESET', bytes]);
    expect(answering.endings).toEqual(['ECONNRESET']);
    expect(proxy.counts).toMatchObject({
      bytesToClient: 'before;'.length + bytes,
      faults: 1,
      hits: { reset: 1 },
    });
    const next = await loopback.client(proxy);
    next.socket.write('20000;');
    await until('a whole answer', () => next.received().length === 20_000);
  });

  it('dropAfter passes on no more than it was told when the client reads slowly', async () => {
    await start();
    proxy.dropAfter(500_000, 'toClient');
    client.socket.write(Buffer.alloc(MB, 'x'));
    await until('both ends', () => client.ending() !== undefined && server.endings.length === 1);
    expect(proxy.counts.bytesToClient).toBe('before;'.length + 500_000);
    expect(client.received().length).toBeLessThanOrEqual('before;'.length + 500_000);
  });

  it('dropAfter cuts a request before all of it reaches the target', async () => {
    await start();
    proxy.dropAfter(3, 'toTarget');
    client.socket.write('request');
    await until('the end', () => client.ending() === 'ECONNRESET');
    expect(proxy.counts.bytesToTarget).toBe('before;req'.length);
  });

  it('heal takes back a dropAfter that has not hit', async () => {
    await start();
    proxy.dropAfter(3, 'toClient');
    await proxy.heal();
    client.socket.write('longer than three');
    await until('the echo', () => text() === 'before;longer than three');
  });

  it('reset also forgets what is held', async () => {
    await start();
    proxy.hold();
    client.socket.write('never passed on');
    await until('it to be held', () => proxy.counts.hits.held === 1);
    proxy.reset();
    await until('the end', () => client.ending() === 'ECONNRESET');
    proxy.release();
    await until('the connection to be forgotten', () => proxy.counts.open === 0);
    expect(proxy.counts.bytesToTarget).toBe('before;'.length);
  });

  it.each([-1, 0.5])('refuses to drop after %d bytes', async (bytes) => {
    await start();
    expect(() => proxy.dropAfter(bytes, 'toClient')).toThrow(RangeError);
  });

  it.each([0, -1, Number.NaN])('refuses a bandwidth of %d', async (bytesPerSecond) => {
    await start();
    expect(() => proxy.bandwidth(bytesPerSecond)).toThrow(RangeError);
  });
});
