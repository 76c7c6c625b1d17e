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
});
