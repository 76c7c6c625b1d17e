/**
 * What happens with one record of `alert-events`: nothing, or a block that is asked for until there
 * is a final answer.
 */
import type { Clock, LogRecord } from '@millrace/event-log';
import { type CardBlock, decideBlock, readAlertEvent } from '@millrace/fraud';
import type { BlockAnswer, CardBlocker } from './card-blocker.port';
import type { ResponderObserver } from './responder-observer.port';

/** What answering needs. */
export interface ResponseParts {
  readonly lane: number;
  readonly blocker: CardBlocker;
  readonly clock: Clock;
  /** Resolves after `ms`, or when the signal aborts. */
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly observer: ResponderObserver;
}

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 5_000;

/**
 * Answers one record. An attempt without an answer is repeated, after a pause that grows from 50 ms
 * to 5 s, until the block would be expired anyway.
 *
 * @returns false when the signal has stopped it: the record is not done with
 * @throws AlertUnreadableError and errors of the envelope: the record is no alert
 */
export const respondToAlert = async (
  record: LogRecord,
  parts: ResponseParts,
  signal: AbortSignal,
): Promise<boolean> => {
  const event = readAlertEvent(record);
  if (event === undefined) return true;
  const { lane, observer } = parts;
  const { alertId } = event.alert;
  const decision = decideBlock(event, record.timestampMs);
  if (decision.kind === 'nothing') {
    observer.done({ lane, alertId, end: decision.reason });
    return true;
  }
  const answer = await blockUntilAnswered(decision.block, parts, signal);
  if (answer === 'stopped') return false;
  const tookMs = Math.max(0, parts.clock.nowMs() - record.timestampMs);
  if (answer === 'given-up') observer.done({ lane, alertId, end: 'given-up', tookMs });
  else if (answer.kind === 'blocked') observer.done({ lane, alertId, end: 'blocked', tookMs });
  else observer.done({ lane, alertId, end: 'refused', code: answer.code, tookMs });
  return true;
};

const blockUntilAnswered = async (
  block: CardBlock,
  { lane, blocker, clock, delay, observer }: ResponseParts,
  signal: AbortSignal,
): Promise<BlockAnswer | 'given-up' | 'stopped'> => {
  const { alertId, command } = block;
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    try {
      return await blocker.block(block, signal);
    } catch (error) {
      if (signal.aborted) return 'stopped';
      // The owner would refuse it now (BLOCK_EXPIRED): waiting longer helps nobody.
      if (clock.nowMs() > command.notAfterMs) return 'given-up';
      observer.retried({ lane, alertId }, attempt, error);
      await delay(Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS), signal);
    }
  }
  return 'stopped';
};
