/**
 * Takes a lane over: fences the predecessor, writes barriers into every topic of the lane, and reads
 * until the barriers themselves have been read; then the state is complete.
 */
import type { EventLog, TransactionalWriter } from '@millrace/event-log';
import { BARRIER_KEY, BARRIER_TYPE, SCHEMA_VERSION } from './envelope';
import { TakeoverStalledError } from './event-sourcing.errors';
import { LaneReplay, type OwnBarriers } from './lane-replay';
import type { LaneState } from './lane-state';

/** What a takeover needs to know. */
export interface TakeoverOptions {
  readonly log: EventLog;
  readonly lane: number;
  readonly writerId: string;
  readonly instance: string;
  readonly address?: string;
  readonly noProgressMs: number;
  /** The lane's state; read on from where it stands. */
  readonly state: LaneState;
  /** Asked between polls; true gives the takeover up. */
  readonly abandoned: () => boolean;
}

/** A lane that was taken over. */
export interface Takeover {
  readonly writer: TransactionalWriter;
  /** Offset of the barrier by topic: the writer's epoch in that topic. */
  readonly barriers: ReadonlyMap<string, number>;
  /** Records read. */
  readonly records: number;
}

/**
 * @throws WriterFencedError a newer owner came meanwhile
 * @throws TakeoverStalledError nothing was read for `noProgressMs`, or a barrier was passed unseen
 * @throws LaneInconsistentError the log contradicts itself
 */
export const takeOver = async (options: TakeoverOptions): Promise<Takeover> => {
  const writer = await options.log.openWriter(options.writerId);
  try {
    const barriers = await appendBarriers(writer, options);
    const records = await replayUpTo(barriers, options);
    return { writer, barriers: barriers.offsets, records };
  } catch (error) {
    // Not awaited: a log that does not answer must not hold the caller.
    void writer.close().catch(() => undefined);
    throw error;
  }
};

const appendBarriers = async (
  writer: TransactionalWriter,
  options: TakeoverOptions,
): Promise<OwnBarriers> => {
  const { lane, instance, address, state } = options;
  const id = `barrier/${writer.writerId}/${writer.epoch}`;
  const value = JSON.stringify({ instance, address, epoch: writer.epoch });
  const headers = {
    ce_specversion: '1.0',
    ce_id: id,
    ce_type: BARRIER_TYPE,
    ce_source: `/millrace/${instance}`,
    ce_subject: writer.writerId,
    schemaversion: String(SCHEMA_VERSION),
  };
  const transaction = writer.begin();
  await transaction.append(
    state.topics.map((topic) => ({ topic, partition: lane, key: BARRIER_KEY, value, headers })),
  );
  const { partitions } = await transaction.commit();
  return { id, offsets: new Map(partitions.map(({ topic, baseOffset }) => [topic, baseOffset])) };
};

/** How long one poll may wait, ms; empty polls are added up, so no clock is needed. */
const POLL_WAIT_MS = 100;

const replayUpTo = async (barriers: OwnBarriers, options: TakeoverOptions): Promise<number> => {
  const { log, lane, state } = options;
  const replay = new LaneReplay(state, barriers);
  const reader = await log.openReader(await state.startPositions(log, barriers.offsets));
  let idleMs = 0;
  try {
    while (replay.missing.length > 0) {
      if (options.abandoned()) throw new TakeoverStalledError(lane, 'it was given up');
      if (idleMs >= options.noProgressMs) {
        throw new TakeoverStalledError(lane, `nothing came from ${replay.missing.join(', ')}`);
      }
      const batches = await reader.poll({ maxWaitMs: POLL_WAIT_MS });
      idleMs = batches.length === 0 ? idleMs + POLL_WAIT_MS : 0;
      for (const batch of batches) replay.read(batch);
    }
  } finally {
    await reader.close();
  }
  replay.finish();
  return replay.records;
};
