/**
 * Reading a lane's state back from its changelog.
 */
import type { EventLog } from '@millrace/event-log';
import { RestoreStalledError } from '../streams.errors';
import type { LaneProcessor } from '../task/lane-processor';

/** How far a restore is. */
export interface RestoreProgress {
  readonly lane: number;
  readonly offset: number;
  readonly endOffset: number;
}

/** What a restore reads, and who hears of it. */
export interface RestoreOptions {
  readonly log: EventLog;
  readonly changelog: string;
  readonly lane: number;
  readonly onProgress: (progress: RestoreProgress) => void;
  /** Empty polls in succession after which the restore fails; each waits up to 500 ms. */
  readonly maxEmptyPolls: number;
}

/**
 * Feeds the changelog into the processor up to the last stable offset. The writer must be open
 * before: its predecessor can then add nothing any more.
 * @throws RestoreStalledError
 */
export const restoreLane = async (
  processor: LaneProcessor,
  options: RestoreOptions,
): Promise<void> => {
  const { log, changelog, lane, onProgress, maxEmptyPolls } = options;
  const at = { topic: changelog, partition: lane };
  const [range] = await log.offsets([at]);
  const { startOffset = 0, endOffset = 0 } = range ?? {};
  if (startOffset >= endOffset) return;
  const reader = await log.openReader([{ ...at, offset: startOffset }]);
  try {
    let emptyPolls = 0;
    while (reader.position(at) < endOffset) {
      const before = reader.position(at);
      for (const batch of await reader.poll({ maxRecords: 20_000 })) {
        for (const { key, value } of batch.records) {
          if (key !== null) processor.restoreRecord(key.toString('utf8'), value);
        }
      }
      const offset = reader.position(at);
      emptyPolls = offset === before ? emptyPolls + 1 : 0;
      if (emptyPolls > maxEmptyPolls) {
        throw new RestoreStalledError(changelog, lane, { offset, endOffset });
      }
      onProgress({ lane, offset, endOffset });
    }
  } finally {
    await reader.close();
  }
};
