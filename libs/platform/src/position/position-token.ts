/**
 * The token of read-your-writes: where in the log a command has landed. Opaque to clients; it is
 * not secret and not signed, since a forged one can only make its bearer wait.
 */
import type { Position } from '@millrace/event-log';

/** A position and the incarnation of the log that it belongs to. */
export interface LogPosition extends Position {
  /** `EventLog.incarnation`; positions of another incarnation mean nothing. */
  readonly incarnation: string;
}

/** Longest token that is read, in characters. */
export const MAX_POSITION_TOKEN = 512;

/** Token of a position: the value of the header `Millrace-Position`. */
export const encodePosition = (position: LogPosition): string => {
  const { incarnation, topic, partition, offset } = position;
  return Buffer.from(JSON.stringify([1, incarnation, topic, partition, offset])).toString(
    'base64url',
  );
};

/** Position of a token; undefined for anything that `encodePosition` has not made. */
export const decodePosition = (token: string): LogPosition | undefined => {
  if (token.length > MAX_POSITION_TOKEN || !/^[A-Za-z0-9_-]+$/.test(token)) return undefined;
  const fields = fieldsOf(token);
  if (!Array.isArray(fields) || fields.length !== 5 || fields[0] !== 1) return undefined;
  const [, incarnation, topic, partition, offset] = fields;
  if (typeof incarnation !== 'string' || typeof topic !== 'string') return undefined;
  return isCount(partition) && isCount(offset)
    ? { incarnation, topic, partition, offset }
    : undefined;
};

const fieldsOf = (token: string): unknown => {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
};

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
