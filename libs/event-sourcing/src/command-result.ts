/**
 * The outcome of a command as it stands in the results topic, so that a repeat gets the same answer.
 */
import { isVersionedRow, type VersionedRow } from './aggregate';
import type { CommandOutcome } from './command';
import { EnvelopeInvalidError } from './event-sourcing.errors';

/** A result as read back. */
export interface StoredResult {
  readonly aggregate: string;
  readonly fingerprint: string | undefined;
  /** As it was answered, without a position, `replayed: true`. */
  readonly outcome: CommandOutcome;
}

/** What a result is written from; `rowsJson` are the rows, encoded already. */
export interface ResultToEncode {
  readonly aggregate: string;
  readonly fingerprint: string | undefined;
  readonly outcome: CommandOutcome;
  readonly rowKeys: readonly string[];
  readonly rowsJson: readonly string[];
}

/** The record's value. Rows are joined as texts: they were encoded for the state topic already. */
export const encodeResult = (result: ResultToEncode): string => {
  const { outcome, aggregate, fingerprint } = result;
  if (outcome.kind === 'rejected') {
    const { kind, code, detail, version } = outcome;
    return JSON.stringify({ kind, code, detail, version, aggregate, fingerprint });
  }
  const { kind, version } = outcome;
  const head = JSON.stringify({
    kind,
    version,
    aggregate,
    fingerprint,
    rowKeys: result.rowKeys,
  });
  return `${head.slice(0, -1)},"rows":[${result.rowsJson.join(',')}]}`;
};

/** @throws EnvelopeInvalidError when it is no result */
export const decodeResult = (value: Buffer | null): StoredResult => {
  const stored = parsed(value);
  const { kind, version, aggregate, fingerprint } = stored;
  if (typeof aggregate !== 'string') throw new EnvelopeInvalidError('a result has no aggregate');
  const base = {
    aggregate,
    fingerprint: typeof fingerprint === 'string' ? fingerprint : undefined,
  };
  if ((kind === 'accepted' || kind === 'unchanged') && typeof version === 'number') {
    const rows = rowsOf(stored['rows']);
    return { ...base, outcome: { kind, replayed: true, version, rows } };
  }
  const { code, detail } = stored;
  if (kind === 'rejected' && typeof code === 'string' && typeof detail === 'string') {
    const at = typeof version === 'number' ? { version } : {};
    return { ...base, outcome: { kind, replayed: true, code, detail, ...at } };
  }
  throw new EnvelopeInvalidError('a command result has no known kind');
};

const rowsOf = (value: unknown): readonly (VersionedRow | undefined)[] => {
  if (!Array.isArray(value)) throw new EnvelopeInvalidError('a command result has no rows');
  const rows: readonly unknown[] = value;
  return rows.map((row) => (isVersionedRow(row) ? row : undefined));
};

const parsed = (value: Buffer | null): Readonly<Record<string, unknown>> => {
  if (value === null) throw new EnvelopeInvalidError('a command result has no value');
  const json: unknown = JSON.parse(value.toString('utf8'));
  if (!isObject(json)) throw new EnvelopeInvalidError('a command result is no object');
  return json;
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
