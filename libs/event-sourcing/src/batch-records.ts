/**
 * The records of one owner transaction: events in order, newest rows, command results.
 */
import type { RecordToAppend } from '@millrace/event-log';
import type { DomainEvent, VersionedRow } from './aggregate';
import type { BatchAggregate, BatchContext } from './batch-context';
import { type CommandOutcome, type CommandRequest, SOURCE_COMMAND_API } from './command';
import { encodeResult } from './command-result';
import { encodeEvent, SCHEMA_VERSION } from './envelope';
import type { RowChanges } from './overlay';

/** A decided command, to be encoded. */
export interface CommandToEncode {
  readonly aggregate: BatchAggregate;
  readonly request: CommandRequest;
  readonly outcome: CommandOutcome;
  readonly events: readonly DomainEvent[];
  readonly rowKeys: readonly string[];
}

/** Its records; nothing of it is in the batch before `add`. */
export interface EncodedCommand {
  readonly aggregate: string;
  readonly events: readonly RecordToAppend[];
  readonly result: RecordToAppend | undefined;
}

/** Collects one batch. */
export class BatchRecords {
  private readonly events: RecordToAppend[] = [];
  private readonly results: RecordToAppend[] = [];
  private readonly resultIndexes: number[] = [];
  private readonly eventCounts = new Map<string, number>();
  private readonly rowJson = new Map<VersionedRow, string>();
  private keepsJson = false;

  constructor(private readonly context: BatchContext) {}

  encode(command: CommandToEncode): EncodedCommand {
    const { aggregate, request, outcome } = command;
    const first = (outcome.version ?? 0) - command.events.length + 1;
    return {
      aggregate: aggregate.type.name,
      events: command.events.map((event, i) =>
        this.eventRecord(event, { aggregate, request, version: first + i }),
      ),
      result: request.commandId === undefined ? undefined : this.resultRecord(command),
    };
  }

  /** @param index of the command in its batch */
  add(command: EncodedCommand, index: number): void {
    for (const event of command.events) this.events.push(event);
    this.eventCounts.set(
      command.aggregate,
      this.eventsOf(command.aggregate) + command.events.length,
    );
    if (command.result === undefined) return;
    this.results.push(command.result);
    this.resultIndexes.push(index);
  }

  /** Events of this aggregate type so far. */
  eventsOf(aggregate: string): number {
    return this.eventCounts.get(aggregate) ?? 0;
  }

  /** @param changes newest rows by aggregate name */
  finish(changes: RowChanges): {
    readonly records: readonly RecordToAppend[];
    readonly results: readonly number[];
  } {
    return {
      records: [...this.events, ...this.stateRecords(changes), ...this.results],
      results: this.resultIndexes,
    };
  }

  private eventRecord(
    event: DomainEvent,
    of: {
      readonly aggregate: BatchAggregate;
      readonly request: CommandRequest;
      readonly version: number;
    },
  ): RecordToAppend {
    const { aggregate, request, version } = of;
    const { aggregateId, commandId, correlationId, causationId, traceparent } = request;
    return encodeEvent({
      topic: aggregate.type.eventsTopic,
      partition: this.context.lane,
      id: `${aggregateId}/${version}`,
      type: event.type,
      source: request.source ?? SOURCE_COMMAND_API,
      timeMs: event.occurredAtMs,
      subject: aggregateId,
      version,
      writerEpoch: aggregate.writerEpoch,
      data: event.data,
      commandId,
      correlationId,
      causationId,
      traceparent,
    });
  }

  private resultRecord(command: CommandToEncode): RecordToAppend {
    const { aggregate, request, outcome, rowKeys } = command;
    const rows = outcome.kind === 'rejected' ? [] : outcome.rows;
    this.keepsJson = true;
    return {
      topic: this.context.resultsTopic,
      partition: this.context.lane,
      key: request.commandId ?? null,
      value: encodeResult({
        aggregate: aggregate.type.name,
        fingerprint: request.fingerprint,
        outcome,
        rowKeys,
        rowsJson: rows.map((row) => this.jsonOf(row)),
      }),
      headers: rowHeaders(aggregate.writerEpoch),
    };
  }

  private stateRecords(byAggregate: RowChanges): readonly RecordToAppend[] {
    const records: RecordToAppend[] = [];
    for (const [name, changes] of byAggregate) {
      const aggregate = this.context.aggregates.get(name);
      if (aggregate === undefined) continue;
      const headers = rowHeaders(aggregate.writerEpoch);
      const { stateTopic: topic } = aggregate.type;
      const partition = this.context.lane;
      for (const { key, row } of changes) {
        const value = row === undefined ? null : this.jsonOf(row);
        records.push({ topic, partition, key, value, headers });
      }
    }
    return records;
  }

  /** Once per row: the same text goes to the state topic and into results. */
  private jsonOf(row: VersionedRow | undefined): string {
    if (row === undefined) return 'null';
    const known = this.rowJson.get(row);
    if (known !== undefined) return known;
    const json = JSON.stringify(row);
    // An import has no results: its rows are encoded once anyway.
    if (this.keepsJson) this.rowJson.set(row, json);
    return json;
  }
}

const rowHeaders = (writerEpoch: number) => ({
  schemaversion: String(SCHEMA_VERSION),
  writerepoch: String(writerEpoch),
});
