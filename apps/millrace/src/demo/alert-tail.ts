/** Follows `alert-events` from the beginning, so that an alert is on the screen as soon as it is readable. */
import type { EventLog } from '@millrace/event-log';
import { type AlertEvent, fraudTopicNames, readAlertEvent } from '@millrace/fraud';

/** Follows until the signal; `onAlert` is told each event once, in order per key. */
export const followAlerts = async (
  log: EventLog,
  onAlert: (event: AlertEvent) => void,
  signal: AbortSignal,
): Promise<void> => {
  const topic = fraudTopicNames.alertEvents;
  const spec = (await log.topics()).find(({ name }) => name === topic);
  const partitions = Array.from({ length: spec?.partitions ?? 0 }, (_, partition) => ({
    topic,
    partition,
  }));
  const offsets = await log.offsets(partitions);
  const reader = await log.openReader(
    offsets.map(({ partition, startOffset }) => ({ topic, partition, offset: startOffset })),
  );
  const stop = (): void => reader.wakeup();
  signal.addEventListener('abort', stop);
  try {
    while (!signal.aborted) {
      for (const batch of await reader.poll()) {
        for (const record of batch.records) {
          const event = readAlertEvent(record);
          if (event !== undefined) onAlert(event);
        }
      }
    }
  } finally {
    signal.removeEventListener('abort', stop);
    await reader.close();
  }
};
