/**
 * What the runtime knows of a domain: an aggregate type decides on rows and folds events into them.
 */
import type { EpochMs } from '@millrace/event-log';

/** A fact as a decider makes it; the owner adds version, epoch and ids. */
export interface DomainEvent<T extends string = string, D = unknown> {
  readonly type: T;
  /** Event time, ms since 1970 UTC. */
  readonly occurredAtMs: EpochMs;
  /** JSON data; becomes the record's value. */
  readonly data: D;
}

/**
 * What a decider answers: events, or that the wish is fulfilled already (answered with the stored
 * rows, nothing is written to the aggregate), or a business refusal with a stable code.
 */
export type Decision<E> =
  | { readonly kind: 'accepted'; readonly events: readonly E[] }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'rejected'; readonly code: string; readonly detail: string };

/** A wish; its type and data belong to the domain. */
export interface DomainCommand {
  readonly type: string;
}

/** A row of state: JSON data with a version. Rows are immutable: a change makes a new object. */
export interface VersionedRow {
  /** In the root row: version of the aggregate, i.e. of its newest event; the first one is 1. */
  readonly version: number;
}

/** Whether a value, parsed from JSON, is a row. */
export const isVersionedRow = (value: unknown): value is VersionedRow =>
  typeof value === 'object' &&
  value !== null &&
  'version' in value &&
  typeof value.version === 'number';

/** What a decider knows beside rows and command. */
export interface DecideContext {
  readonly aggregateId: string;
  /** The owner's present time, ms since 1970 UTC; equal for all commands of one batch. */
  readonly nowMs: EpochMs;
}

/** When a row falls due, and the command that the owner then gives itself. */
export interface DueCommand<Command> {
  /** Due from this time on, ms since 1970 UTC. */
  readonly atMs: EpochMs;
  readonly aggregateId: string;
  /** Must be idempotent by nature: it may be given more than once. */
  readonly command: Command;
}

/** An aggregate type: pure functions and the names of its topics. Routed by the aggregate's id. */
export interface AggregateType<
  Command extends DomainCommand,
  Event extends DomainEvent,
  Row extends VersionedRow,
> {
  readonly name: string;
  /** Holds the events; key = aggregate id. */
  readonly eventsTopic: string;
  /** Compacted; holds the newest state of each row; key = row key. */
  readonly stateTopic: string;
  /**
   * Keys of the rows a command reads or changes, all of this aggregate. [0] is its root row, whose
   * key is the aggregate's id.
   */
  rowKeys(aggregateId: string, command: Command): readonly string[];
  /** Pure. `rows` are in the order of `rowKeys`; undefined: there is no such row yet. */
  decide(
    rows: readonly (Row | undefined)[],
    command: Command,
    context: DecideContext,
  ): Decision<Event>;
  /**
   * Pure. Rows after the event, same order; a row that did not change is the same object. The root
   * row must carry `version`.
   */
  fold(
    rows: readonly (Row | undefined)[],
    event: Event,
    version: number,
  ): readonly (Row | undefined)[];
  /** When this row falls due, if it does. */
  due?(row: Row): DueCommand<Command> | undefined;
}

/** An aggregate type of any domain, as the runtime holds it. */
export type AnyAggregateType = AggregateType<DomainCommand, DomainEvent, VersionedRow>;
