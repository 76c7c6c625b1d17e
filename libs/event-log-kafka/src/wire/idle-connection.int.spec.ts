import { createServer } from 'node:net';
import { SILENT } from '../observer.port';
import { BrokerConnection } from './broker-connection';

/** Answers every request as ApiVersions v2: no error, no request known, no throttle. */
const brokerThatKnowsNothing = async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (request) => {
      const answer = Buffer.alloc(18);
      answer.writeInt32BE(answer.length - 4, 0);
      Buffer.from(request).copy(answer, 4, 8, 12); // correlation id
      socket.write(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { address: `127.0.0.1:${address.port}`, close: () => server.close() };
};

describe('an idle connection', () => {
  it('does not look for throttled requests again and again when there are none', async () => {
    const broker = await brokerThatKnowsNothing();
    const timers = jest.spyOn(globalThis, 'setTimeout');
    try {
      const connection = await BrokerConnection.open(broker.address, {
        clientId: 'test',
        tls: undefined,
        sasl: undefined,
        connectTimeoutMs: 1_000,
        requestTimeoutMs: 1_000,
        observer: SILENT,
      });
      connection.close();
      // The end of a throttle that never was lies in the past.
      expect(timers.mock.calls.filter(([, delayMs]) => Number(delayMs) < 0)).toEqual([]);
    } finally {
      timers.mockRestore();
      broker.close();
    }
  });
});
