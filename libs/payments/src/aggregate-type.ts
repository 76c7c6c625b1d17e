/**
 * The shape of an aggregate: how commands are decided and how events change its rows. It is
 * structurally the AggregateType of `@millrace/event-sourcing`, which this library does not import.
 */
import type { RejectionCode } from './rejections';

/** What a decision sees besides rows and command. */
export interface DecisionContext {
  readonly aggregateId: string;
  /** The owner's present. */
  readonly nowMs: number;
}

/** What came of a command. */
export type Decision<Event> =
  | { readonly kind: 'accepted'; readonly events: readonly Event[] }
  /** The wish is already fulfilled: answered with the stored rows, no event. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'rejected'; readonly code: RejectionCode; readonly detail: string };

/** When a row wants a command by itself. */
export interface DueCommand<Command> {
  readonly atMs: number;
  readonly aggregateId: string;
  readonly command: Command;
}

/** Decider and fold of one kind of aggregate. All functions are pure. */
export interface PaymentsAggregate<Command, Event, Row> {
  readonly name: string;
  readonly eventsTopic: string;
  readonly stateTopic: string;
  /** Keys of the rows that a command reads or changes; [0] is the aggregate's root row. */
  rowKeys(aggregateId: string, command: Command): readonly string[];
  decide(
    rows: readonly (Row | undefined)[],
    command: Command,
    context: DecisionContext,
  ): Decision<Event>;
  /** Rows after the event, in the order of `rowKeys`; an unchanged row is the same object. */
  fold(
    rows: readonly (Row | undefined)[],
    event: Event,
    version: number,
  ): readonly (Row | undefined)[];
  /** When and by which command this row falls due, if it does. */
  due?(row: Row): DueCommand<Command> | undefined;
}

/** Accepts a command with one event. */
export const accepted = <Event>(event: Event): Decision<Event> => ({
  kind: 'accepted',
  events: [event],
});

/** The answer to a wish that is already fulfilled. */
export const unchanged = { kind: 'unchanged' } as const;

/** Rejects a command. The detail names ids and amounts, never card numbers or names. */
export const rejected = (code: RejectionCode, detail: string) =>
  ({ kind: 'rejected', code, detail }) as const;
