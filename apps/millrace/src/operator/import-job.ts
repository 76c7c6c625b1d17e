/** Imports that were asked for: one runs at a time, and each can be asked how far it is. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RejectsFile } from '../import/rejects-file';
import { type ImportProgress, runImport, type SubmitAll } from '../import/run-import';
import { type ImportFailure, importFailureOf } from './import-failure';
import { ImportRunningError } from './operator.errors';

/** An import as it is shown. */
export interface ImportStatus {
  readonly id: string;
  readonly file: string;
  readonly state: 'running' | 'catching-up' | 'done' | 'failed';
  readonly progress: ImportProgress;
  /** Real ms since it began; until the views had caught up, once it is done. */
  readonly tookMs: number;
  /** Where refused lines are listed; the file exists only if there are any. */
  readonly rejectsFile: string;
  readonly error?: ImportFailure;
}

/** What imports need of the system. */
export interface ImportHost {
  readonly folder: string;
  readonly submitAll: SubmitAll;
  /** Resolves when every view has passed what was written so far. */
  readonly viewsCaughtUp: (signal: AbortSignal) => Promise<void>;
  readonly elapsedMs: () => number;
}

const NOTHING: ImportProgress = {
  payments: 0,
  declined: 0,
  disputes: 0,
  unchanged: 0,
  rejected: 0,
  readShare: 0,
};

/** Runs imports in the background of the process. */
export class ImportJobs {
  readonly #jobs = new Map<string, ImportStatus>();
  readonly #abort = new AbortController();
  #running: Promise<void> | undefined;

  constructor(private readonly host: ImportHost) {}

  /** @throws ImportRunningError one is running */
  start(file: string): ImportStatus {
    if (this.#running !== undefined) throw new ImportRunningError();
    const id = `imp_${this.#jobs.size + 1}`;
    const rejectsFile = join(this.host.folder, 'rejects.csv');
    const status: ImportStatus = {
      id,
      file,
      state: 'running',
      progress: NOTHING,
      tookMs: 0,
      rejectsFile,
    };
    this.#jobs.set(id, status);
    this.#running = this.#run(status).finally(() => {
      this.#running = undefined;
    });
    return status;
  }

  status(id: string): ImportStatus | undefined {
    return this.#jobs.get(id);
  }

  /** Ends a running import after the commands on their way. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  async #run({ id, file, rejectsFile }: ImportStatus): Promise<void> {
    const { signal } = this.#abort;
    const startedMs = this.host.elapsedMs();
    const update = (change: Partial<ImportStatus>): void => {
      const before = this.#jobs.get(id);
      if (before === undefined) return;
      this.#jobs.set(id, { ...before, ...change, tookMs: this.host.elapsedMs() - startedMs });
    };
    const rejects = new RejectsFile(rejectsFile);
    try {
      const progress = await runImport({
        file,
        submitAll: this.host.submitAll,
        rejects,
        pause: (attempt) => delay(Math.min(2_000, 50 * 2 ** attempt), undefined, { ref: true }),
        onProgress: (now) => update({ progress: now }),
        signal,
      });
      update({ state: 'catching-up', progress });
      await this.host.viewsCaughtUp(signal);
      update({ state: 'done' });
    } catch (error) {
      update({ state: 'failed', error: importFailureOf(error) });
    } finally {
      await rejects.close();
    }
  }
}
