/**
 * Commands for counters, and what a log holds of them.
 */
import {
  type EventLog,
  type LogReader,
  type LogRecord,
  partitionFor,
  type TopicPartition,
} from '@millrace/event-log';
import type { CommandOutcome, CommandRequest } from '../command';
import { decodeEvent, type EventEnvelope } from '../envelope';
import type { CounterCommand } from './counter-aggregate';

/** A request to a counter. */
export const counterRequest = (
  counterId: string,
  command: CounterCommand,
  more: Partial<CommandRequest> = {},
): CommandRequest => ({ aggregate: 'counter', aggregateId: counterId, command, ...more });

/** A request that adds to a counter. */
export const addTo = (
  counterId: string,
  amount: number,
  more: Partial<CommandRequest> = {},
): CommandRequest => counterRequest(counterId, { type: 'counter.add', amount }, more);

/** The outcome, if it is an accepted one. @throws Error otherwise */
export const acceptedOutcome = (
  outcome: CommandOutcome | undefined,
): CommandOutcome & { readonly kind: 'accepted' | 'unchanged' } => {
  if (outcome?.kind !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(outcome)}`);
  return outcome;
};

/** All committed records of a partition, ascending. */
export const allRecords = async (
  log: EventLog,
  at: TopicPartition,
): Promise<readonly LogRecord[]> => {
  const [offsets] = await log.offsets([at]);
  const { startOffset, endOffset } = offsets ?? { startOffset: 0, endOffset: 0 };
  const reader = await log.openReader([{ ...at, offset: startOffset }]);
  try {
    return await readTo(endOffset, at, reader);
  } finally {
    await reader.close();
  }
};

const readTo = async (
  endOffset: number,
  at: TopicPartition,
  reader: LogReader,
): Promise<readonly LogRecord[]> => {
  const records: LogRecord[] = [];
  while (reader.position(at) < endOffset) {
    for (const batch of await reader.poll()) records.push(...batch.records);
  }
  return records;
};

/** Committed events of one counter, in their order. */
export const eventsOfCounter = async (
  log: EventLog,
  counterId: string,
  lanes: number,
): Promise<readonly EventEnvelope[]> => {
  const lane = { topic: 'counter-events', partition: partitionFor(counterId, lanes) };
  const events = (await allRecords(log, lane)).map((record) => decodeEvent(record));
  return events.flatMap((event) => (event?.subject === counterId ? [event] : []));
};
