/**
 * Reads one command result back from the log.
 */
import { type EventLog, OffsetOutOfRangeError, type Position } from '@millrace/event-log';
import { decodeResult, type StoredResult } from './command-result';
import { LaneUnavailableError } from './event-sourcing.errors';

const POLL_WAIT_MS = 100;
const EMPTY_POLLS = 50;

/**
 * The result at a position; undefined when it has expired from the log.
 *
 * @throws LaneUnavailableError the log gave nothing for 5 s
 */
export const readResult = async (
  log: EventLog,
  at: Position,
): Promise<StoredResult | undefined> => {
  const reader = await log.openReader([at]);
  try {
    for (let empty = 0; empty < EMPTY_POLLS; empty += 1) {
      for (const batch of await reader.poll({ maxWaitMs: POLL_WAIT_MS, maxRecords: 1 })) {
        const record = batch.records.find(({ offset }) => offset === at.offset);
        if (record !== undefined) return decodeResult(record.value);
        if (batch.nextOffset > at.offset) return undefined;
      }
    }
    throw new LaneUnavailableError(at.partition, 'not readable at present');
  } catch (error) {
    if (error instanceof OffsetOutOfRangeError) return undefined;
    throw error;
  } finally {
    await reader.close();
  }
};
