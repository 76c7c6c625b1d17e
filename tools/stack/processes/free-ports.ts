/**
 * Free ports of the loopback, below the range of outgoing connections. A port inside that range can
 * be taken by any client while a killed broker is down; a client that keeps trying the dead port
 * may even connect to itself, and the broker could not come back.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const LOWEST = 15_000;
const RANGE_FILE = '/proc/sys/net/ipv4/ip_local_port_range';
const DEFAULT_FIRST_OUTGOING = 32_768;

/** @returns `count` different ports, each free a moment ago */
export const freePorts = async (count: number): Promise<readonly number[]> => {
  const span = Math.max(firstOutgoing(), LOWEST + 1_000) - LOWEST;
  const chosen = new Set<number>();
  for (let tries = 0; chosen.size < count; tries += 1) {
    if (tries > 1_000) throw new Error(`no ${count} free ports between ${LOWEST} and its range`);
    const port = LOWEST + Math.floor(Math.random() * span);
    if (!chosen.has(port) && (await isFree(port))) chosen.add(port);
  }
  return [...chosen];
};

const firstOutgoing = (): number =>
  existsSync(RANGE_FILE)
    ? Number.parseInt(readFileSync(RANGE_FILE, 'utf8'), 10)
    : DEFAULT_FIRST_OUTGOING;

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
