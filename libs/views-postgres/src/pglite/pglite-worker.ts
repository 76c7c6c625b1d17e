/**
 * The worker thread that holds PGlite: statements in, rows out, one after the other.
 *
 * The database holds derived data only, so nothing is forced to disk; the settings keep it small.
 * Making a database leaves 0.5 GB of memory behind, which only the end of its thread gives back:
 * hence the two modes.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import type { WorkerAnswer, WorkerRequest, WorkerSetup } from './worker-messages';

const settings = [
  'fsync=off',
  // There is no writer in the background: with `off` a killed process would lose all since start.
  'synchronous_commit=on',
  'full_page_writes=off',
  'wal_level=minimal',
  'max_wal_senders=0',
  'wal_init_zero=off',
  'min_wal_size=256MB',
  'max_wal_size=256MB',
  'checkpoint_timeout=1h',
  'autovacuum=off',
  'shared_buffers=64MB',
  'work_mem=16MB',
  'maintenance_work_mem=32MB',
  // Words wait here before they are merged into the index: 8 MB hold about 40,000 documents.
  'gin_pending_list_limit=8MB',
  // Pages come from the system's cache: a place further off costs little more than the next one.
  'random_page_cost=1.1',
  'jit=off',
  'track_activities=off',
  'track_counts=off',
];

const open = async (dataFolder: string): Promise<PGlite> =>
  PGlite.create({ dataDir: dataFolder, relaxedDurability: true, postgresqlconf: settings });

const answerTo = async (
  db: PGlite,
  request: Extract<WorkerRequest, { kind: 'query' }>,
): Promise<WorkerAnswer> => {
  const { id, text, params } = request;
  try {
    const { rows, affectedRows = 0 } = await db.query<Record<string, unknown>>(text, [...params]);
    return { kind: 'result', id, result: { rows, affected: affectedRows } };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', id, sqlState: sqlStateOf(error), message };
  }
};

const sqlStateOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';

const serve = async (port: MessagePort, dataFolder: string): Promise<void> => {
  const db = await open(dataFolder);
  let last: Promise<unknown> = Promise.resolve();
  const answer = (message: WorkerAnswer): void => port.postMessage(message);
  port.on('message', (request: WorkerRequest) => {
    last = last.then(async () => {
      if (request.kind === 'query') return answer(await answerTo(db, request));
      await db.close();
      port.close();
    });
  });
  answer({ kind: 'ready' });
};

const main = async (port: MessagePort, setup: WorkerSetup): Promise<void> => {
  if (setup.mode === 'serve') return serve(port, setup.dataFolder);
  await (await open(setup.dataFolder)).close();
  port.close();
};

if (parentPort !== null) void main(parentPort, workerData);
