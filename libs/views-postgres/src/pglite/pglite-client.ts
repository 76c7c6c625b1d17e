/**
 * PGlite in a worker thread as a `PgClient`. The worker runs one statement after the other; a
 * transaction keeps the others waiting on this side.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { StoreUnavailableError } from '@millrace/projections';
import type { PgClient, PgResult, PgSession, PgValue } from '../pg-client.port';
import { StatementFailedError, ViewsClosedError } from '../views-postgres.errors';
import { copyTemplate } from './data-template';
import type { WorkerAnswer, WorkerRequest, WorkerSetup } from './worker-messages';

/** The compiled worker: also from sources (tests), a thread needs plain JavaScript. */
const WORKER_FILE = join(__dirname, '..', '..', 'dist', 'pglite', 'pglite-worker.js');

interface Waiting {
  readonly resolve: (result: PgResult) => void;
  readonly reject: (error: unknown) => void;
}

/** Options of a client. */
export interface PgliteClientOptions {
  /** Folder of the database; made by `createPgliteData`. */
  readonly dataFolder: string;
  /** The database has found its own data damaged (SQLSTATE XX001, XX002). */
  readonly onDamaged: (sqlState: string) => void;
}

/** A new database in an empty or missing folder: copied if it can be, else made. */
export const createPgliteData = async (dataFolder: string): Promise<void> => {
  if (!(await copyTemplate(dataFolder))) await makePgliteData(dataFolder);
};

/** Makes a database in an empty or missing folder. @throws whatever PGlite says */
export const makePgliteData = (dataFolder: string): Promise<void> => {
  const setup: WorkerSetup = { mode: 'create', dataFolder };
  const worker = new Worker(WORKER_FILE, { workerData: setup });
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`the worker ended with ${code}`));
    });
  });
};

/** A client on one folder. Nobody else may have the folder open: see `lockFolder`. */
export class PgliteClient implements PgClient {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Promise<Worker> | undefined;
  #gate: Promise<unknown> = Promise.resolve();
  #nextId = 0;
  #closed = false;

  constructor(private readonly options: PgliteClientOptions) {}

  async query(text: string, params: readonly PgValue[] = []): Promise<PgResult> {
    await this.#gate;
    return this.#send(text, params);
  }

  transaction<T>(work: (session: PgSession) => Promise<T>): Promise<T> {
    const session: PgSession = { query: (text, params = []) => this.#send(text, params) };
    const run = this.#gate.then(async () => {
      await this.#send('begin', []);
      try {
        const value = await work(session);
        await this.#send('commit', []);
        return value;
      } catch (error) {
        await this.#send('rollback', []).catch(() => undefined);
        throw error;
      }
    });
    this.#gate = run.catch(() => undefined);
    return run;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#gate;
    const worker = await this.#worker?.catch(() => undefined);
    if (worker === undefined) return;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    post(worker, { kind: 'close' });
    await ended;
  }

  async #send(text: string, params: readonly PgValue[]): Promise<PgResult> {
    if (this.#closed && this.#worker === undefined) throw new ViewsClosedError();
    this.#worker ??= this.#open();
    const worker = await this.#worker;
    this.#nextId += 1;
    const id = this.#nextId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      post(worker, { kind: 'query', id, text, params });
    });
  }

  /** A worker that has died is replaced at the next statement. */
  async #open(): Promise<Worker> {
    const setup: WorkerSetup = { mode: 'serve', dataFolder: this.options.dataFolder };
    const worker = new Worker(WORKER_FILE, { workerData: setup });
    return new Promise((resolve, reject) => {
      let cause: unknown;
      worker.on('error', (error) => {
        cause = error;
      });
      worker.once('exit', () => {
        const error = new StoreUnavailableError('in PGlite', cause);
        this.#worker = undefined;
        for (const waiting of this.#waiting.values()) waiting.reject(error);
        this.#waiting.clear();
        reject(error);
      });
      worker.on('message', (answer: WorkerAnswer) => {
        if (answer.kind === 'ready') resolve(worker);
        else this.#settle(answer);
      });
    });
  }

  #settle(answer: Exclude<WorkerAnswer, { kind: 'ready' }>): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.kind === 'result') waiting?.resolve(answer.result);
    else {
      if (DAMAGED.has(answer.sqlState)) this.options.onDamaged(answer.sqlState);
      waiting?.reject(new StatementFailedError(answer.sqlState, new Error(answer.message)));
    }
  }
}

const DAMAGED: ReadonlySet<string> = new Set(['XX001', 'XX002']);

const post = (worker: Worker, request: WorkerRequest): void => worker.postMessage(request);
