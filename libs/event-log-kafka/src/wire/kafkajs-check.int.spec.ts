import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkKafkajs, installedKafkajs, RELIED_ON_SHA256 } from './kafkajs-check';
import { KAFKAJS_VERSION } from './kafkajs-version';

const installed = dirname(require.resolve('kafkajs/package.json'));

describe('the check of kafkajs', () => {
  let copy = '';

  beforeEach(async () => {
    copy = await mkdtemp(join(tmpdir(), 'millrace-kafkajs-'));
    await cp(installed, copy, { recursive: true });
  });

  afterEach(() => rm(copy, { recursive: true, force: true }));

  it('passes the pinned release as it is installed', () => {
    expect(() => checkKafkajs()).not.toThrow();
    expect(installedKafkajs(copy)).toEqual({ version: KAFKAJS_VERSION, sha256: RELIED_ON_SHA256 });
  });

  it.each([
    'src/network/connection.js',
    'src/protocol/requests/endTxn/v1/request.js',
    'src/broker/saslAuthenticator/scram.js',
  ])('notices one more byte in %s', async (file) => {
    await appendFile(join(copy, file), ' ');
    expect(installedKafkajs(copy).sha256).not.toBe(RELIED_ON_SHA256);
  });
});
