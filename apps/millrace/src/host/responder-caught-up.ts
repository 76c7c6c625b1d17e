/** Waits until the responder has acted on every alert that the log holds. */
import { RESPONDER_GROUP } from '@millrace/alert-responder';
import type { EventLog } from '@millrace/event-log';
import { fraudTopicNames } from '@millrace/fraud';
import { SystemTimers } from '@millrace/platform';

const ASK_EVERY_MS = 5;
const timers = new SystemTimers();

/** Resolves when the responder's positions have reached the alerts' present end, or at the signal. */
export const responderCaughtUp = async (
  log: EventLog,
  lanes: number,
  signal: AbortSignal,
): Promise<void> => {
  const topic = fraudTopicNames.alertEvents;
  const partitions = Array.from({ length: lanes }, (_, partition) => ({ topic, partition }));
  const ends = (await log.offsets(partitions)).filter((at) => at.endOffset > at.startOffset);
  while (!signal.aborted) {
    const positions = await log.groupPositions(RESPONDER_GROUP);
    const passed = ends.every((end) =>
      positions.some(
        (at) => at.topic === topic && at.partition === end.partition && at.offset >= end.endOffset,
      ),
    );
    if (passed) return;
    await timers.delay(ASK_EVERY_MS, signal);
  }
};
