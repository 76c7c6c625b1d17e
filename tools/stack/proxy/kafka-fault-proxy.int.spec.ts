import type { Socket } from 'node:net';
import { type KafkaFaultProxy, startKafkaFaultProxy } from './kafka-fault-proxy';
import { Loopback, type PlainClient, until } from './testing/loopback-peers';

const PRODUCE = 0;
const FETCH = 1;
const END_TXN = 26;

/** A frame with a Kafka request header and a body. */
const request = (apiKey: number, correlationId: number, body = ''): Buffer => {
  const head = Buffer.alloc(12);
  head.writeInt32BE(8 + body.length, 0);
  head.writeInt16BE(apiKey, 4);
  head.writeInt16BE(3, 6);
  head.writeInt32BE(correlationId, 8);
  return Buffer.concat([head, Buffer.from(body)]);
};

/** Whole frames of a stream. */
const framesOf = (bytes: Buffer): readonly Buffer[] => {
  const frames: Buffer[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const end = at + 4 + bytes.readInt32BE(at);
    if (end > bytes.length) break;
    frames.push(bytes.subarray(at, end));
    at = end;
  }
  return frames;
};

/** A broker that answers each request with its correlation id and 1,000 bytes. */
class FakeBroker {
  /** `apiKey/correlationId` of each whole request, in order. */
  readonly requests: string[] = [];

  readonly serve = (socket: Socket): void => {
    let bytes = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      for (const frame of framesOf(bytes)) {
        bytes = bytes.subarray(frame.length);
        this.requests.push(`${frame.readInt16BE(4)}/${frame.readInt32BE(8)}`);
        const answer = Buffer.alloc(1_008);
        answer.writeInt32BE(1_004, 0);
        answer.writeInt32BE(frame.readInt32BE(8), 4);
        socket.write(answer);
      }
    });
  };
}

const answersOf = (client: PlainClient): readonly number[] =>
  framesOf(client.received()).map((frame) => frame.readInt32BE(4));

describe('a fault proxy that knows Kafka requests', () => {
  const loopback = new Loopback();
  let broker: FakeBroker;
  let proxy: KafkaFaultProxy;
  let client: PlainClient;

  beforeEach(async () => {
    broker = new FakeBroker();
    const server = await loopback.server(broker.serve);
    proxy = loopback.keep(await startKafkaFaultProxy({ target: server.address }));
    client = await loopback.client(proxy);
  });
  afterEach(() => loopback.close());

  const isWhole = async (): Promise<void> => {
    const next = await loopback.client(proxy);
    next.socket.write(request(END_TXN, 99));
    await until('an answer on a new connection', () => answersOf(next)[0] === 99);
  };

  it('loses the answer of exactly one request, which the broker has got', async () => {
    const fault = proxy.onRequest({ apiKey: END_TXN }, 'dropResponse');
    client.socket.write(Buffer.concat([request(PRODUCE, 1, 'records'), request(END_TXN, 2)]));
    await until('the reset', () => client.ending() !== undefined);
    expect([client.ending(), answersOf(client)]).toEqual(['ECONNRESET', [1]]);
    expect(broker.requests).toEqual(['0/1', '26/2']);
    expect(fault).toMatchObject({ matched: 1, hits: 1 });
    expect(proxy.counts.hits).toMatchObject({ responses: 1 });
    await isWhole();
  });

  it('resets a connection before any byte of the request reaches the broker', async () => {
    const fault = proxy.onRequest({ apiKey: PRODUCE }, 'reset');
    client.socket.write(Buffer.concat([request(FETCH, 1), request(PRODUCE, 2, 'records')]));
    await until('the reset', () => client.ending() !== undefined);
    expect(client.ending()).toBe('ECONNRESET');
    await until('the request before it', () => broker.requests.length === 1);
    expect(broker.requests).toEqual(['1/1']);
    expect(proxy.counts.bytesToTarget).toBe(request(FETCH, 1).length);
    expect(fault).toMatchObject({ matched: 1, hits: 1 });
    await isWhole();
  });

  it('holds a request and what follows it until it is released', async () => {
    const fault = proxy.onRequest({ apiKey: PRODUCE }, 'hold');
    const sent = [request(FETCH, 1), request(PRODUCE, 2), request(FETCH, 3)];
    client.socket.write(Buffer.concat(sent));
    await until('the answer to the first', () => answersOf(client).length === 1);
    await until('the second to be held', () => fault.hits === 1);
    await isWhole();
    expect(broker.requests).toEqual(['1/1', '26/99']);
    proxy.release();
    await until('the others', () => answersOf(client).length === 3);
    expect(broker.requests).toEqual(['1/1', '26/99', '0/2', '1/3']);
  });

  it('holds an answer and what follows it, while the broker has got the request', async () => {
    const fault = proxy.onRequest({ apiKey: END_TXN }, 'holdResponse');
    const sent = [request(FETCH, 1), request(END_TXN, 2), request(FETCH, 3)];
    client.socket.write(Buffer.concat(sent));
    await until('all to be decided', () => broker.requests.length === 3 && fault.hits === 1);
    await isWhole();
    expect([answersOf(client), client.ending()]).toEqual([[1], undefined]);
    await proxy.heal();
    await until('the rest', () => answersOf(client).length === 3);
  });

  it('acts as often as it was told, then no more', async () => {
    const fault = proxy.onRequest({ apiKey: PRODUCE }, 'reset', 2);
    for (const correlationId of [1, 2]) {
      const one = await loopback.client(proxy);
      one.socket.write(request(PRODUCE, correlationId));
      await until('the reset', () => one.ending() === 'ECONNRESET');
    }
    client.socket.write(request(PRODUCE, 3));
    await until('the answer', () => answersOf(client)[0] === 3);
    expect(fault).toMatchObject({ matched: 2, hits: 2 });
    expect(broker.requests).toEqual(['0/3']);
  });

  it('serves several faults in the order they were asked for', async () => {
    const first = proxy.onRequest({ apiKey: PRODUCE }, 'dropResponse');
    const second = proxy.onRequest({ apiKey: PRODUCE }, 'hold');
    client.socket.write(request(PRODUCE, 1));
    await until('the reset', () => client.ending() === 'ECONNRESET');
    const next = await loopback.client(proxy);
    next.socket.write(request(PRODUCE, 2));
    await until('the hold', () => second.hits === 1);
    expect([first.hits, broker.requests]).toEqual([1, ['0/1']]);
  });

  it('has done with a correlation id once its answer was hit', async () => {
    const fault = proxy.onRequest({ apiKey: END_TXN }, 'holdResponse');
    client.socket.write(request(END_TXN, 5));
    await until('the answer to be held', () => fault.hits === 1);
    proxy.release();
    client.socket.write(request(FETCH, 5));
    await until('both answers', () => answersOf(client).length === 2);
    expect(fault).toMatchObject({ matched: 1, hits: 1 });
  });

  it('finds its request however the stream is cut', async () => {
    const fault = proxy.onRequest({ apiKey: END_TXN }, 'dropResponse');
    const stream = Buffer.concat([request(PRODUCE, 7, 'x'.repeat(50)), request(END_TXN, 8, 'yy')]);
    for (const byte of stream) {
      client.socket.write(Buffer.from([byte]));
      await until('it to be sent', () => client.socket.writableLength === 0);
    }
    await until('the reset', () => client.ending() === 'ECONNRESET');
    expect([answersOf(client), fault.hits]).toEqual([[7], 1]);
  });

  it('forgets on heal what has not hit', async () => {
    const fault = proxy.onRequest({ apiKey: PRODUCE }, 'reset');
    await proxy.heal();
    client.socket.write(request(PRODUCE, 1));
    await until('the answer', () => answersOf(client)[0] === 1);
    expect(fault).toMatchObject({ matched: 0, hits: 0 });
    expect(proxy.counts.faults).toBe(0);
  });
});
