/**
 * Lines of a text file, plain or gzip, in chunks, with how much of the file has been read.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ImportFileError } from './import.errors';

/** Some whole lines, without their ends. */
export interface LineChunk {
  readonly lines: readonly string[];
  /** Number of the first line, 1-based. */
  readonly firstLine: number;
  /** Share of the file's bytes read so far, 0 to 1. */
  readonly readShare: number;
}

/** Bound on one line; a longer one is cut, so that it is refused and memory stays flat. */
const MAX_LINE = 10_000;

/**
 * Reads a file line by line.
 * @throws ImportFileError the file cannot be read, or its gzip stream is damaged
 */
export async function* fileLines(file: string): AsyncGenerator<LineChunk> {
  try {
    const { size } = await stat(file);
    const raw = createReadStream(file, { highWaterMark: 64 * 1024 });
    const text = file.endsWith('.gz') ? pipeline(raw, createGunzip(), () => undefined) : raw;
    text.setEncoding('utf8');
    let rest = '';
    let firstLine = 1;
    for await (const chunk of text) {
      const lines = `${rest}${String(chunk)}`.split('\n');
      rest = (lines.pop() ?? '').slice(0, MAX_LINE);
      if (lines.length === 0) continue;
      yield { lines: lines.map(withoutReturn), firstLine, readShare: raw.bytesRead / size };
      firstLine += lines.length;
    }
    if (rest !== '') yield { lines: [withoutReturn(rest)], firstLine, readShare: 1 };
  } catch (error) {
    throw new ImportFileError(file, error);
  }
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);
