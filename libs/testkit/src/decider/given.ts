/**
 * Given events, when a command, then events: facts about deciders in one line.
 */
import assert from 'node:assert/strict';
import {
  AggregateRun,
  type TestedAggregate,
  type TestedDecision,
  type TestedEvent,
} from './aggregate-run';

/** The aggregate and what the kit should know about the test. */
export interface GivenOptions {
  /** Default: the `cardId` or `merchantId` of the first event, else 'card_1'. */
  readonly aggregateId?: string;
  /** The owner's present. Default: event time of the last event given, else 0. */
  readonly nowMs?: number;
}

/**
 * `given(cardAggregate, cardOpened()).when(authorize()).thenEvents('payment.authorized')`.
 * Failed expectations throw node:assert's AssertionError, with a difference.
 */
export const given = <Command, Event extends TestedEvent, Row>(
  aggregate: TestedAggregate<Command, Event, Row>,
  ...events: readonly Event[]
): Given<Command, Event, Row> => new Given(aggregate, events, {});

/** What happened before. */
export class Given<Command, Event extends TestedEvent, Row> {
  constructor(
    private readonly aggregate: TestedAggregate<Command, Event, Row>,
    private readonly events: readonly Event[],
    private readonly options: GivenOptions,
  ) {}

  /** The same past with another present or aggregate. */
  with(options: GivenOptions): Given<Command, Event, Row> {
    return new Given(this.aggregate, this.events, { ...this.options, ...options });
  }

  /** Runs commands, of which the last one counts; the others must be accepted. */
  when(...commands: readonly [Command, ...(readonly Command[])]): Then<Command, Event, Row> {
    const nowMs = this.options.nowMs ?? this.events.at(-1)?.occurredAtMs ?? 0;
    const aggregateId = this.options.aggregateId ?? idOf(this.events[0]);
    const run = new AggregateRun(this.aggregate, aggregateId).apply(...this.events);
    const decisions = commands.map((command) => run.run(command, nowMs));
    decisions.slice(0, -1).forEach((decision) => {
      assert.equal(decision.kind, 'accepted', `a command before the last: ${json(decision)}`);
    });
    const decision = decisions.at(-1) ?? { kind: 'unchanged' };
    return new Then(run, decision);
  }
}

/** What came of it. */
export class Then<Command, Event extends TestedEvent, Row> {
  constructor(
    readonly run: AggregateRun<Command, Event, Row>,
    readonly decision: TestedDecision<Event>,
  ) {}

  /** Accepted, with events of these types in this order. */
  thenEvents(...types: readonly Event['type'][]): this {
    const { decision } = this;
    const found = decision.kind === 'accepted' ? decision.events.map(({ type }) => type) : decision;
    assert.deepEqual(found, types);
    return this;
  }

  /** Accepted, with exactly these events. */
  thenExactly(...events: readonly Event[]): this {
    assert.deepEqual(this.decision, { kind: 'accepted', events });
    return this;
  }

  thenUnchanged(): this {
    assert.deepEqual(this.decision, { kind: 'unchanged' });
    return this;
  }

  thenRejected(code: string): this {
    const { decision } = this;
    assert.equal(decision.kind === 'rejected' ? decision.code : json(decision), code);
    return this;
  }

  /** The row of a key (default: the aggregate's root) has these fields. */
  thenRow(fields: Partial<Record<string, unknown>>, key = this.run.aggregateId): this {
    const row = this.run.rows.get(key);
    const found = Object.entries(row ?? {}).filter(([name]) => name in fields);
    assert.deepEqual(Object.fromEntries(found), fields);
    return this;
  }
}

const idOf = (event: TestedEvent | undefined): string => {
  const data: object = event?.data ?? {};
  if ('cardId' in data) return String(data.cardId);
  return 'merchantId' in data ? String(data.merchantId) : 'card_1';
};

const json = (value: unknown): string => JSON.stringify(value);
