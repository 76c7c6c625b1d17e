/**
 * The import: reads a file, sends its commands through the command runtime, and counts outcomes.
 * What was imported before is answered `unchanged`, so a repeat or a resumed run changes nothing.
 */
import { CodedError } from '@millrace/event-log';
import type { CommandOutcome, CommandRequest } from '@millrace/event-sourcing';
import { fileLines, type LineChunk } from './file-lines';
import { headerTrouble, parseHandbookLine } from './handbook-format';
import { ImportColumnsError } from './import.errors';
import { ImportCommands, type ImportItem } from './import-commands';
import type { RejectsFile } from './rejects-file';

/** Sends commands; commands of one aggregate are decided in the given order. */
export type SubmitAll = (requests: readonly CommandRequest[]) => Promise<readonly CommandOutcome[]>;

/** What an import needs. */
export interface ImportPlan {
  readonly file: string;
  readonly submitAll: SubmitAll;
  readonly rejects: RejectsFile;
  /** Waits before a repeat of what could not be taken for the moment. */
  readonly pause: (attempt: number) => Promise<void>;
  readonly onProgress: (progress: ImportProgress) => void;
  /** Stops after the commands under way. */
  readonly signal?: AbortSignal;
}

/** Counts so far. */
export interface ImportProgress {
  readonly payments: number;
  readonly declined: number;
  readonly disputes: number;
  /** Commands whose effect was there already. */
  readonly unchanged: number;
  readonly rejected: number;
  /** Share of the file that was read, 0 to 1. */
  readonly readShare: number;
}

/** Commands sent together: large enough for group commit, small enough to bound memory. */
const BATCH = 2_048;
/** Batches on their way at once: one is decided while the next is read. */
const IN_FLIGHT = 3;
const MAX_ATTEMPTS = 10;

/**
 * Imports a file.
 * @returns the final counts; lines that could not be read or were refused are in the rejects file
 * @throws ImportFileError, ImportColumnsError, and what the runtime throws when it gives up
 */
export const runImport = async (plan: ImportPlan): Promise<ImportProgress> => {
  const run = new ImportRun(plan);
  for await (const chunk of fileLines(plan.file)) {
    if (plan.signal?.aborted === true) break;
    await run.take(chunk);
  }
  return run.finish();
};

class ImportRun {
  readonly #commands = new ImportCommands();
  readonly #onTheWay: Promise<void>[] = [];
  #pending: ImportItem[] = [];
  #counts = { payments: 0, declined: 0, disputes: 0, unchanged: 0, readShare: 0 };

  constructor(private readonly plan: ImportPlan) {}

  async take(chunk: LineChunk): Promise<void> {
    for (const [index, text] of chunk.lines.entries()) {
      const line = chunk.firstLine + index;
      if (line === 1) this.#checkHeader(text);
      else if (text !== '') this.#takeLine(text, line);
      if (this.#pending.length >= BATCH) await this.#send();
    }
    this.#counts.readShare = chunk.readShare;
    this.plan.onProgress(this.progress);
  }

  async finish(): Promise<ImportProgress> {
    this.#pending.push(...(this.plan.signal?.aborted === true ? [] : this.#commands.rest()));
    while (this.#pending.length > 0) await this.#send();
    await Promise.all(this.#onTheWay);
    this.plan.onProgress(this.progress);
    return this.progress;
  }

  get progress(): ImportProgress {
    return { ...this.#counts, rejected: this.plan.rejects.count };
  }

  #checkHeader(header: string): void {
    const trouble = headerTrouble(header);
    if (trouble !== undefined) throw new ImportColumnsError(this.plan.file, trouble);
  }

  #takeLine(text: string, line: number): void {
    const parsed = parseHandbookLine(text);
    if (parsed.kind === 'refused') this.plan.rejects.add(line, parsed.reason, text);
    else this.#pending.push(...this.#commands.next(parsed.payment, line));
  }

  async #send(): Promise<void> {
    if (this.#onTheWay.length >= IN_FLIGHT) await this.#onTheWay.shift();
    const items = this.#pending.splice(0, BATCH);
    const sent = this.#submit(items);
    // Handled when its turn comes; until then a failure must not count as unhandled.
    sent.catch(() => undefined);
    this.#onTheWay.push(sent);
  }

  async #submit(items: readonly ImportItem[]): Promise<void> {
    const requests = items.map((item) => item.request);
    const outcomes = await this.#persistently(requests);
    for (const [index, item] of items.entries()) this.#count(item, outcomes[index]);
  }

  async #persistently(requests: readonly CommandRequest[]): Promise<readonly CommandOutcome[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.plan.submitAll(requests);
      } catch (error) {
        const again = error instanceof CodedError && error.retryable && attempt < MAX_ATTEMPTS;
        if (!again) throw error;
        await this.plan.pause(attempt);
      }
    }
  }

  #count(item: ImportItem, outcome: CommandOutcome | undefined): void {
    if (outcome === undefined) return;
    if (outcome.kind === 'rejected') {
      this.plan.rejects.add(item.line, `${item.what}: ${outcome.code}: ${outcome.detail}`);
      return;
    }
    if (outcome.kind === 'unchanged') this.#counts.unchanged += 1;
    if (item.what === 'dispute') this.#counts.disputes += 1;
    if (item.what !== 'payment') return;
    this.#counts.payments += 1;
    const row = outcome.rows[1];
    if (row !== undefined && 'status' in row && row.status === 'declined') {
      this.#counts.declined += 1;
    }
  }
}
