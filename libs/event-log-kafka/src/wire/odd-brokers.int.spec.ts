import { createServer, type Socket } from 'node:net';
import { SILENT } from '../observer.port';
import { apiKeys } from './api-keys';
import { BrokerConnection, type ConnectionSettings } from './broker-connection';
import { metadataCall } from './cluster-calls';
import { RequestFailedError } from './request-failed.errors';

const SLOW_MS = 300;

const frame = (correlationId: Buffer, body: Buffer): Buffer => {
  const head = Buffer.alloc(4);
  head.writeInt32BE(correlationId.length + body.length);
  return Buffer.concat([head, correlationId, body]);
};

/** Knows requests 0 to 40 in all versions. */
const versions = (): Buffer => {
  const body = Buffer.alloc(2 + 4 + 41 * 6 + 4);
  body.writeInt32BE(41, 2);
  for (let key = 0; key <= 40; key++) {
    body.writeInt16BE(key, 6 + key * 6);
    body.writeInt16BE(20, 10 + key * 6);
  }
  return body;
};

const plainOnly = Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 1, 0, 5]), Buffer.from('PLAIN')]);
// No error, no message, no bytes, a session without end.
const accepted = Buffer.from([0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

/** Answers what a connection begins with; credentials slowly; anything else by `odd`. */
const broker = async (odd: (socket: Socket) => void = () => undefined) => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (request) => {
      const id = Buffer.from(request).subarray(8, 12);
      const answer = (body: Buffer, afterMs: number) =>
        void setTimeout(() => socket.write(frame(id, body)), afterMs);
      const apiKey = Buffer.from(request).readInt16BE(4);
      if (apiKey === apiKeys.apiVersions) answer(versions(), 0);
      else if (apiKey === apiKeys.saslHandshake) answer(plainOnly, SLOW_MS);
      else if (apiKey === SASL_AUTHENTICATE) answer(accepted, SLOW_MS);
      else odd(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { address: `127.0.0.1:${address.port}`, close: () => server.close() };
};

const SASL_AUTHENTICATE = 36;

const settings: ConnectionSettings = {
  clientId: 'test',
  tls: undefined,
  sasl: undefined,
  connectTimeoutMs: 1_000,
  requestTimeoutMs: 2_000,
  observer: SILENT,
};

describe('a broker', () => {
  it('may take as long for credentials as for any request', async () => {
    const { address, close } = await broker();
    const sasl = { mechanism: 'plain', username: 'u', password: 'p' } as const;
    try {
      const connection = await BrokerConnection.open(address, { ...settings, sasl });
      expect(connection.usable).toBe(true);
      connection.close();
    } finally {
      close();
    }
  });

  it.each([
    ['no room for a correlation id', Buffer.from([0, 0, 0, 2, 0, 0])],
    ['a length below zero', Buffer.from([255, 255, 255, 240, 0, 0, 0, 0])],
    ['a length of -1', Buffer.from([255, 255, 255, 255, 0, 0, 0, 0])],
  ])('that answers with %s loses the connection, and nothing else', async (_, answer) => {
    const { address, close } = await broker((socket) => void socket.write(answer));
    try {
      const connection = await BrokerConnection.open(address, settings);
      const failed = await connection.send(metadataCall([]), 1_000).catch((error) => error);
      expect(failed).toBeInstanceOf(RequestFailedError);
      expect(failed).toMatchObject({ kind: 'connection', mayHaveArrived: true });
      expect(connection.usable).toBe(false);
    } finally {
      close();
    }
  });
});
