/**
 * One request to one broker over a connection of its own. The stack asks brokers by itself, so that
 * what it says of a cluster does not rest on the client that is under test.
 */
import { connect } from 'node:net';
import { WireReader, WireWriter } from './wire-bytes';

/** Where a broker listens. */
export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

/** A request of a version that 3.9 and 4.x both answer. */
export interface BrokerRequest {
  readonly apiKey: number;
  readonly version: number;
  readonly body: WireWriter;
}

const TIMEOUT_MS = 3_000;
const CORRELATION_ID = 1;

/** @returns the response behind its header; rejects when none comes within 3 s */
export const askBroker = (
  { host, port }: BrokerAddress,
  { apiKey, version, body }: BrokerRequest,
): Promise<WireReader> =>
  new Promise((resolve, reject) => {
    const request = new WireWriter()
      .int16(apiKey)
      .int16(version)
      .int32(CORRELATION_ID)
      .string('millrace-stack')
      .bytes();
    const payload = Buffer.concat([request, body.bytes()]);
    const length = new WireWriter().int32(payload.length).bytes();
    let received = Buffer.alloc(0);
    const socket = connect({ host, port }, () => socket.write(Buffer.concat([length, payload])));
    const fail = (reason: string): void => {
      socket.destroy();
      reject(new Error(`${host}:${port}: ${reason}`));
    };
    socket.setTimeout(TIMEOUT_MS, () => fail(`no answer within ${TIMEOUT_MS} ms`));
    socket.on('error', (error) => fail(error.message));
    socket.on('close', () => fail('closed the connection'));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 4 || received.length < 4 + received.readInt32BE(0)) return;
      socket.destroy();
      resolve(new WireReader(received.subarray(8)));
    });
  });
