/**
 * The lines that could not be imported, one a line: number, reason, and the line itself.
 */
import { createWriteStream, rmSync, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

/** Writes `line,reason,content` as CSV; the file exists only when something was refused. */
export class RejectsFile {
  #stream: WriteStream | undefined;
  #count = 0;

  /** A file of an earlier run is removed. */
  constructor(readonly path: string) {
    rmSync(path, { force: true });
  }

  get count(): number {
    return this.#count;
  }

  add(line: number, reason: string, content?: string): void {
    if (this.#stream === undefined) {
      this.#stream = createWriteStream(this.path);
      this.#stream.write('line,reason,content\n');
    }
    this.#count += 1;
    this.#stream.write(`${line},${quoted(reason)},${quoted(content ?? '')}\n`);
  }

  async close(): Promise<void> {
    if (this.#stream === undefined) return;
    this.#stream.end();
    await finished(this.#stream);
  }
}

// A leading = + - @ would be run as a formula by a spreadsheet.
const quoted = (text: string): string => {
  const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return `"${safe.slice(0, 1_000).replaceAll('"', '""')}"`;
};
