import { createServer } from 'node:net';
import { freePorts } from './free-ports';

describe('free ports', () => {
  it('are different and can all be listened on at once', async () => {
    const ports = await freePorts(20);
    expect(new Set(ports).size).toBe(20);
    const servers = await Promise.all(
      ports.map(
        (port) =>
          new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
            const server = createServer().once('error', reject);
            server.listen(port, '127.0.0.1', () => resolve(server));
          }),
      ),
    );
    await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  });

  it('lie below the ports of outgoing connections', async () => {
    for (const port of await freePorts(50)) expect(port).toBeLessThan(32_768);
  });
});
