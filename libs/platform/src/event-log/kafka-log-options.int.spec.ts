import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ManualClock } from '@millrace/testkit';
import { loadConfig } from '../config/load-config';
import { kafkaLogOptions } from './kafka-log-options';

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const clock = new ManualClock(0);

const optionsOf = (env: Record<string, string>) => {
  const config = loadConfig({ MILLRACE_LOG: 'kafka://a:1/shop', ...env });
  if (config.log.kind !== 'kafka') throw new Error('no log on Kafka');
  return kafkaLogOptions(config.log, config, { clock, command: 'millrace up' });
};

describe('options of a log on Kafka', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kafka-options-'));
  const caFile = path.join(folder, 'ca.pem');

  beforeAll(() => writeFileSync(caFile, CERTIFICATE));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('are brokers, namespace and a client id that brokers can log', () => {
    expect(optionsOf({})).toEqual({
      brokers: ['a:1'],
      namespace: 'shop.',
      clock,
      compression: 'none',
      clientId: 'millrace-up',
    });
  });

  it('trust the CAs of a file, or those of the system', () => {
    expect(optionsOf({ MILLRACE_KAFKA_CA_FILE: caFile }).tls).toEqual({ ca: CERTIFICATE });
    expect(optionsOf({ MILLRACE_KAFKA_TLS: 'true' }).tls).toBe(true);
  });

  it('carry credentials, rack and compression', () => {
    const options = optionsOf({
      MILLRACE_KAFKA_SASL_MECHANISM: 'plain',
      MILLRACE_KAFKA_SASL_USERNAME: 'u',
      MILLRACE_KAFKA_SASL_PASSWORD: 'p',
      MILLRACE_KAFKA_RACK: 'r1',
      MILLRACE_KAFKA_COMPRESSION: 'zstd',
    });
    expect(options).toMatchObject({
      sasl: { mechanism: 'plain', username: 'u', password: 'p' },
      rackId: 'r1',
      compression: 'zstd',
    });
  });

  it.each([
    ['is missing', 'missing.pem', undefined],
    ['holds no certificate', 'empty.pem', 'nothing'],
  ])('are refused when the file with the CAs %s', (_, name, content) => {
    const file = path.join(folder, name);
    if (content !== undefined) writeFileSync(file, content);
    expect(() => optionsOf({ MILLRACE_KAFKA_CA_FILE: file })).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('MILLRACE_KAFKA_CA_FILE (file, from environment)'),
      }),
    );
  });
});
