import { existsSync } from 'node:fs';
import { type EngineServer, startElasticsearch, startPostgres, startRedis } from '../index';
import { GaveUpError } from '../poll';
import { probeElasticsearch, probePostgres, probeRedis } from './probes';

const STORES = [
  {
    name: 'Elasticsearch',
    start: startElasticsearch,
    probe: probeElasticsearch,
    release: /^8\.19/,
  },
  { name: 'Redis', start: startRedis, probe: probeRedis, release: /^7\.0/ },
  { name: 'Postgres', start: startPostgres, probe: probePostgres, release: /^15\./ },
] as const;

describe.each(STORES)('$name of its own', ({ start, probe, release }) => {
  let server: EngineServer;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(async () => {
    await server.stop();
  });

  it('answers on the loopback with the release of the table', async () => {
    expect(new URL(server.url).hostname).toBe('127.0.0.1');
    expect(await probe(server.url)).toMatch(release);
    expect(server.pid).toBeGreaterThan(1);
  });

  it('is gone when killed, and serves again on the same port when started', async () => {
    const firstPid = server.pid;
    await server.kill();
    expect(server.pid).toBeUndefined();
    await expect(probe(server.url)).rejects.toThrow();
    await server.start();
    expect(await probe(server.url)).toMatch(release);
    expect(server.pid).not.toBe(firstPid);
  });

  it('leaves neither process nor folder when stopped', async () => {
    await server.stop();
    expect(server.pid).toBeUndefined();
    expect(existsSync(server.folder)).toBe(false);
  });
});

describe('a store that cannot start', () => {
  it('says so with the end of its log, and leaves nothing', async () => {
    const broken = startRedis({ settings: { 'no-such-setting': '1' } });
    await expect(broken).rejects.toThrow(GaveUpError);
    await expect(broken).rejects.toThrow(/no-such-setting/);
  });
});
