/**
 * The report of an event that could not be applied. It names the event; the event stays in its log.
 */
import type { RecordToAppend } from '@millrace/event-log';
import { encodeEvent } from '@millrace/event-sourcing';
import type { BlockedSubject } from '../view-store.port';

/** What is reported of a blocked event. */
export interface DeadLetter extends BlockedSubject {
  readonly view: string;
  readonly topic: string;
  readonly lane: number;
}

/** Type of dead letters of views. */
export const DEAD_LETTER_TYPE = 'millrace.projection.blocked';

/**
 * A dead letter as a record. Its id is the blocked event's place in the view: the same event
 * reported twice has the same id.
 */
export const deadLetterRecord = (
  letter: DeadLetter,
  target: { readonly topic: string; readonly nowMs: number },
): RecordToAppend =>
  encodeEvent({
    topic: target.topic,
    partition: letter.lane,
    id: `${letter.view}/${letter.topic}/${letter.lane}/${letter.offset}`,
    type: DEAD_LETTER_TYPE,
    source: `/millrace/projector/${letter.view}`,
    timeMs: target.nowMs,
    subject: letter.subject,
    data: letter,
  });
