/**
 * Random hex digits for ids of traces and requests, drawn from a pool: asking the system for each
 * id costs about as much as parsing a request.
 */
import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 4_096;
const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;

/** @param bytes 1 to 64; the text has twice as many lower case digits */
export const randomHex = (bytes: number): string => {
  if (used + bytes > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const start = used;
  used += bytes;
  return pool.toString('hex', start, used);
};
