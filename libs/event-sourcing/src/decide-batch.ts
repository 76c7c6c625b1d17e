/**
 * Decides queued commands together, each against the rows that the ones before it left, and makes
 * the records of their one transaction. Pure: committed rows are only read.
 */
import { CodedError, type EpochMs, type RecordToAppend } from '@millrace/event-log';
import type { AnyAggregateType, DomainEvent, VersionedRow } from './aggregate';
import type { BatchContext } from './batch-context';
import { BatchRecords } from './batch-records';
import { type CommandOutcome, type CommandRequest, VERSION_MISMATCH } from './command';
import { AggregateFailedError, AggregateUnknownError } from './event-sourcing.errors';
import { Overlay, type RowChanges } from './overlay';

/** Answer to one command, to be given after the commit; or why it has none and left no trace. */
export type DecidedCommand =
  | {
      readonly kind: 'answer';
      readonly outcome: CommandOutcome;
      /** Number of the aggregate's topic's events in the transaction up to this command. */
      readonly eventsSoFar: number;
    }
  | { readonly kind: 'failed'; readonly error: Error };

/** A decided batch; without records there is nothing to commit. */
export interface DecidedBatch {
  readonly records: readonly RecordToAppend[];
  /** One per request, in their order. */
  readonly decided: readonly DecidedCommand[];
  /** New rows by aggregate name, one per key. */
  readonly changes: RowChanges;
  /** Indexes of the requests whose result is in the transaction, in the order of the records. */
  readonly results: readonly number[];
}

/**
 * Decides all requests in their order. A failing decider or fold fails its command only.
 *
 * @throws Error when a new row cannot be written as JSON
 */
export const decideBatch = (
  requests: readonly CommandRequest[],
  context: BatchContext,
): DecidedBatch => {
  const overlay = new Overlay();
  const records = new BatchRecords(context);
  const decided = requests.map((request, index): DecidedCommand => {
    try {
      return decideOne(request, { context, overlay, records, index });
    } catch (error) {
      return { kind: 'failed', error: failureOf(request, error) };
    }
  });
  const changes = overlay.changeLists();
  return { ...records.finish(changes), decided, changes };
};

interface Batch {
  readonly context: BatchContext;
  readonly overlay: Overlay;
  readonly records: BatchRecords;
  readonly index: number;
}

const decideOne = (request: CommandRequest, batch: Batch): DecidedCommand => {
  const { context, overlay, records, index } = batch;
  const aggregate = context.aggregates.get(request.aggregate);
  if (aggregate === undefined) throw new AggregateUnknownError(request.aggregate);
  const rowKeys = aggregate.type.rowKeys(request.aggregateId, request.command);
  const before = rowKeys.map((key) => overlay.row(aggregate, key));
  const judged = judge(request, { type: aggregate.type, before, nowMs: context.nowMs });
  const { outcome, events } = judged;
  // Encoding may throw, so it comes before the first trace in overlay and records.
  const made = records.encode({ aggregate, request, outcome, events, rowKeys });
  records.add(made, index);
  if (outcome.kind === 'accepted') {
    overlay.put(aggregate, { keys: rowKeys, before, after: outcome.rows });
  }
  return { kind: 'answer', outcome, eventsSoFar: records.eventsOf(aggregate.type.name) };
};

interface Judged {
  readonly outcome: CommandOutcome;
  readonly events: readonly DomainEvent[];
}

const judge = (
  request: CommandRequest,
  given: {
    readonly type: AnyAggregateType;
    readonly before: readonly (VersionedRow | undefined)[];
    readonly nowMs: EpochMs;
  },
): Judged => {
  const { type, before, nowMs } = given;
  const version = before[0]?.version ?? 0;
  const { ifMatch, aggregateId } = request;
  if (ifMatch !== undefined && ifMatch !== version) {
    const detail = `the version is ${version}, the request expects ${ifMatch}`;
    return refused({ code: VERSION_MISMATCH, detail, version });
  }
  const decision = type.decide(before, request.command, { aggregateId, nowMs });
  if (decision.kind === 'rejected') {
    return refused({ code: decision.code, detail: decision.detail, version });
  }
  const events = decision.kind === 'accepted' ? decision.events : [];
  const kind = events.length === 0 ? 'unchanged' : 'accepted';
  const rows = folded(type, { rows: before, events, version });
  return {
    outcome: { kind, replayed: false, version: version + events.length, rows },
    events,
  };
};

const refused = (why: {
  readonly code: string;
  readonly detail: string;
  readonly version: number;
}): Judged => ({ outcome: { kind: 'rejected', replayed: false, ...why }, events: [] });

const folded = (
  type: AnyAggregateType,
  from: {
    readonly rows: readonly (VersionedRow | undefined)[];
    readonly events: readonly DomainEvent[];
    readonly version: number;
  },
): readonly (VersionedRow | undefined)[] => {
  let { rows, version } = from;
  for (const event of from.events) {
    version += 1;
    rows = type.fold(rows, event, version);
    if (rows[0]?.version !== version || rows.length !== from.rows.length) {
      throw new AggregateFailedError(type.name, `fold of ${event.type} broke the root's version`);
    }
  }
  return rows;
};

const failureOf = (request: CommandRequest, error: unknown): Error =>
  error instanceof CodedError
    ? error
    : new AggregateFailedError(request.aggregate, `${request.command.type} failed`, error);
