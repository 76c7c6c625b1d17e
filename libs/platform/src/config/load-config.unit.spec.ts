import { ConfigInvalidError } from './config.errors';
import { type ConfigOverrides, loadConfig } from './load-config';

const issuesOf = (env: Record<string, string>, overrides: ConfigOverrides = {}) => {
  try {
    loadConfig(env, overrides);
    return [];
  } catch (error) {
    if (error instanceof ConfigInvalidError) return error.issues;
    throw error;
  }
};

describe('the configuration', () => {
  it('has the documented defaults', () => {
    const config = loadConfig({ PATH: '/bin', HOME: '/root' });
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      dataDir: './data',
      lanes: 4,
      bodyLimitBytes: 262_144,
      bodyDepth: 32,
    });
    expect(new Set(Object.values(config.sources))).toEqual(new Set(['default']));
  });

  it('prefers overrides to the environment and that to an app default, and says so', () => {
    const env = { MILLRACE_PORT: '9000', MILLRACE_LANES: '12' };
    const config = loadConfig(env, { MILLRACE_PORT: 0 }, { MILLRACE_PORT: 8081 });
    expect([config.port, config.lanes]).toEqual([0, 12]);
    expect(config.sources.MILLRACE_PORT).toBe('override');
    expect(config.sources.MILLRACE_LANES).toBe('environment');
    const own = loadConfig({}, {}, { MILLRACE_PORT: 8081 });
    expect([own.port, own.sources.MILLRACE_PORT]).toEqual([8081, 'default']);
  });

  it('takes an empty variable as unset', () => {
    expect(loadConfig({ MILLRACE_PORT: '' }).port).toBe(8080);
  });

  it('cannot be changed', () => {
    const config = loadConfig({});
    expect(Object.isFrozen(config) && Object.isFrozen(config.sources)).toBe(true);
  });

  it.each([
    ['MILLRACE_PORT', '-1'],
    ['MILLRACE_PORT', '65536'],
    ['MILLRACE_PORT', '80.5'],
    ['MILLRACE_PORT', '0x50'],
    ['MILLRACE_PORT', ' 80'],
    ['MILLRACE_LANES', '0'],
    ['MILLRACE_LANES', '1001'],
    ['MILLRACE_LOG_LEVEL', 'loud'],
    ['MILLRACE_HOST', '0.0.0.0'],
    ['MILLRACE_HOST', '192.168.1.2'],
    ['MILLRACE_COMMAND_URL', 'ftp://localhost'],
    ['MILLRACE_COMMAND_RESULTS_MS', '2678400001'],
    ['MILLRACE_LOG', 'kafka://localhost'],
    ['MILLRACE_LOG', 'leveldb'],
    ['MILLRACE_KAFKA_TLS', 'yes'],
    ['MILLRACE_KAFKA_COMPRESSION', 'brotli'],
    ['MILLRACE_KAFKA_ALLOW_UNSAFE', 'KAFKA_CLUSTER_SMALL,ANYTHING'],
  ])('refuses %s=%s and names variable, kind and what is allowed', (variable, value) => {
    const [issue, ...others] = issuesOf({ [variable]: value });
    expect(others).toEqual([]);
    expect(issue).toMatchObject({ variable, source: 'environment' });
    expect([issue?.kind, issue?.allowed]).not.toContain('');
  });

  it.each([
    ['MILLRACE_PORT', '0'],
    ['MILLRACE_PORT', '65535'],
    ['MILLRACE_LANES', '1'],
    ['MILLRACE_LANES', '1000'],
    ['MILLRACE_HOST', '::1'],
    ['MILLRACE_HOST', 'localhost'],
    ['MILLRACE_COMMAND_RESULTS_MS', '2678400000'],
    ['MILLRACE_LOG', 'embedded'],
    ['MILLRACE_KAFKA_ALLOW_UNSAFE', 'KAFKA_CLUSTER_SMALL, KAFKA_TOPIC_RETENTION'],
  ])('takes %s=%s', (variable, value) => {
    expect(issuesOf({ [variable]: value })).toEqual([]);
  });

  it('names a variable that it does not know', () => {
    expect(issuesOf({ MILLRACE_PROT: '1' })).toEqual([
      expect.objectContaining({ variable: 'MILLRACE_PROT', kind: 'unknown variable' }),
    ]);
  });

  it('names all refused variables at once, and no value', () => {
    const issues = issuesOf({ MILLRACE_PORT: 'secret', MILLRACE_LANES: 'secret' });
    expect(issues.map((issue) => issue.variable).sort()).toEqual([
      'MILLRACE_LANES',
      'MILLRACE_PORT',
    ]);
    expect(new ConfigInvalidError(issues).message).not.toContain('secret');
  });

  describe('of a log on Kafka', () => {
    const SASL = {
      MILLRACE_KAFKA_SASL_MECHANISM: 'scram-sha-256',
      MILLRACE_KAFKA_SASL_USERNAME: 'millrace',
      MILLRACE_KAFKA_SASL_PASSWORD: 'secret',
    };

    it('names brokers and namespace, with 12 lanes unless told otherwise', () => {
      const config = loadConfig({ MILLRACE_LOG: 'kafka://a:1,b:2/shop' });
      expect(config.log).toMatchObject({ brokers: ['a:1', 'b:2'], namespace: 'shop.' });
      expect(config.lanes).toBe(12);
      const four = loadConfig({ MILLRACE_LOG: 'kafka://a:1', MILLRACE_LANES: '4' });
      expect(four.lanes).toBe(4);
    });

    it('has credentials, CA, rack, compression and accepted risks', () => {
      const config = loadConfig({
        ...SASL,
        MILLRACE_KAFKA_CA_FILE: '/etc/ca.pem',
        MILLRACE_KAFKA_RACK: 'a',
        MILLRACE_KAFKA_COMPRESSION: 'lz4',
        MILLRACE_KAFKA_ALLOW_UNSAFE: 'KAFKA_CLUSTER_SMALL,KAFKA_TOPIC_RETENTION',
      });
      expect(config.kafka).toEqual({
        sasl: { mechanism: 'scram-sha-256', username: 'millrace', password: 'secret' },
        tls: true,
        caFile: '/etc/ca.pem',
        rack: 'a',
        compression: 'lz4',
        allowUnsafe: ['KAFKA_CLUSTER_SMALL', 'KAFKA_TOPIC_RETENTION'],
      });
    });

    it.each(Object.keys(SASL))('needs %s beside the other two', (missing) => {
      const issues = issuesOf({ ...SASL, [missing]: '' });
      expect(issues.map(({ variable }) => variable)).toEqual([missing]);
    });

    it('refuses credentials in the address without repeating them', () => {
      const issues = issuesOf({ MILLRACE_LOG: 'kafka://me:hidden@a:1' });
      expect(new ConfigInvalidError(issues).message).not.toContain('hidden');
    });
  });
});
