/** Asks stores whether they serve, in their own protocols, and for their versions. */
import { connect } from 'node:net';

/** A probe resolves with a version when the store serves; rejects or is undefined before. */
export type Probe = (url: string) => Promise<string | undefined>;

const TIMEOUT_MS = 3_000;

/** Ready when the shards that exist can be read and written (status yellow or green). */
export const probeElasticsearch: Probe = async (url) => {
  const health = await getJson(url, '/_cluster/health');
  const { status } = health;
  if (status !== 'green' && status !== 'yellow') throw new Error(`its status is ${String(status)}`);
  // GET / would be the usual question; the build from Maven answers it with 405.
  const { nodes = {} } = await getJson(url, '/_nodes/_local?filter_path=nodes.*.version');
  const [node] = Object.values(nodes);
  return node?.version ?? 'unknown';
};

interface ElasticsearchAnswer {
  readonly status?: string;
  readonly nodes?: Readonly<Record<string, { readonly version?: string }>>;
}

const getJson = async (url: string, path: string): Promise<ElasticsearchAnswer> => {
  const { username, password, origin } = new URL(url);
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  const response = await fetch(`${origin}${path}`, {
    headers: username === '' ? {} : { authorization: `Basic ${login.toString('base64')}` },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`${origin}${path} answers ${response.status}`);
  return JSON.parse(await response.text());
};

/** Ready when it answers INFO, which it refuses while it loads its data. */
export const probeRedis: Probe = async (url) => {
  const { username, password } = new URL(url);
  const login = [username, password].map(decodeURIComponent).filter((word) => word !== '');
  const auth = login.length === 0 ? '' : redisCommand('AUTH', ...login);
  const text = await converse(url, 6379, {
    say: Buffer.from(`${auth}${redisCommand('INFO', 'server')}`),
    isComplete: (answer) => /redis_version:\S+\r\n|^-/m.test(answer.toString('latin1')),
  });
  const answer = text.toString('latin1');
  const version = /redis_version:(\S+)/.exec(answer)?.[1];
  if (version === undefined) throw new Error(`Redis answers ${answer.split('\r\n')[0]}`);
  return version;
};

const redisCommand = (...words: readonly string[]): string =>
  [`*${words.length}`, ...words.flatMap((word) => [`$${Buffer.byteLength(word)}`, word])]
    .map((line) => `${line}\r\n`)
    .join('');

const CANNOT_CONNECT_NOW = '57P03';
const PROTOCOL_3 = 196_608;

/** Ready when it takes a session: any answer but "starting up", also a demand for a password. */
export const probePostgres: Probe = async (url) => {
  const { username, pathname } = new URL(url);
  const user = username === '' ? 'postgres' : decodeURIComponent(username);
  const database = pathname.length > 1 ? decodeURIComponent(pathname.slice(1)) : user;
  const answer = await converse(url, 5432, {
    say: startupMessage({ user, database }),
    isComplete: (bytes) => bytes[0] === 0x45 || hasEnd(bytes),
  });
  const text = answer.toString('latin1');
  if (text.startsWith('E') && text.includes(`C${CANNOT_CONNECT_NOW}`)) {
    throw new Error('Postgres is starting up');
  }
  return /server_version\0([^\0 ]+)/.exec(text)?.[1] ?? 'unknown';
};

/** An authentication request other than "ok" ends the conversation, and so does ReadyForQuery. */
const hasEnd = (bytes: Buffer): boolean =>
  (bytes[0] === 0x52 && bytes.length >= 9 && bytes.readInt32BE(5) !== 0) ||
  bytes.includes(Buffer.from([0x5a, 0, 0, 0, 5]));

const startupMessage = (settings: Readonly<Record<string, string>>): Buffer => {
  const words = Object.entries(settings).flat();
  const body = Buffer.from(`${words.map((word) => `${word}\0`).join('')}\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(body.length + 8, 0);
  head.writeInt32BE(PROTOCOL_3, 4);
  return Buffer.concat([head, body]);
};

interface Conversation {
  readonly say: Buffer;
  readonly isComplete: (answer: Buffer) => boolean;
}

/** @returns all bytes up to the complete answer */
const converse = (
  url: string,
  defaultPort: number,
  { say, isComplete }: Conversation,
): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const target = { host: hostname, port: port === '' ? defaultPort : Number(port) };
    let answer = Buffer.alloc(0);
    const socket = connect(target, () => socket.write(say));
    const fail = (reason: string): void => {
      socket.destroy();
      reject(new Error(`${target.host}:${target.port}: ${reason}`));
    };
    socket.setTimeout(TIMEOUT_MS, () => fail(`no answer within ${TIMEOUT_MS} ms`));
    socket.on('error', (error) => fail(error.message));
    socket.on('close', () => fail('closed the connection'));
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      if (!isComplete(answer)) return;
      socket.destroy();
      resolve(answer);
    });
  });
