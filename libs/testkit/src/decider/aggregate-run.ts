/**
 * An owner without a log: keeps an aggregate's rows and events in memory and runs commands.
 */

/** What the kit needs of an aggregate; `cardAggregate` and `merchantAggregate` have it. */
export interface TestedAggregate<Command, Event, Row> {
  rowKeys(aggregateId: string, command: Command): readonly string[];
  decide(
    rows: readonly (Row | undefined)[],
    command: Command,
    context: { readonly aggregateId: string; readonly nowMs: number },
  ): TestedDecision<Event>;
  fold(
    rows: readonly (Row | undefined)[],
    event: Event,
    version: number,
  ): readonly (Row | undefined)[];
}

/** What came of a command. */
export type TestedDecision<Event> =
  | { readonly kind: 'accepted'; readonly events: readonly Event[] }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'rejected'; readonly code: string; readonly detail: string };

/** Any event of an aggregate; a `paymentId` in its data names the row beside the root's. */
export interface TestedEvent {
  readonly type: string;
  readonly occurredAtMs: number;
  readonly data: object;
}

/** One aggregate: its rows by key, its events in order, its version. */
export class AggregateRun<Command, Event extends TestedEvent, Row> {
  readonly #rows = new Map<string, Row>();
  readonly #events: Event[] = [];

  constructor(
    readonly aggregate: TestedAggregate<Command, Event, Row>,
    readonly aggregateId: string,
  ) {}

  get events(): readonly Event[] {
    return this.#events;
  }

  /** Rows by key. */
  get rows(): ReadonlyMap<string, Row> {
    return this.#rows;
  }

  /** Number of events so far. */
  get version(): number {
    return this.#events.length;
  }

  /** Decides a command and folds what came of it. */
  run(command: Command, nowMs: number): TestedDecision<Event> {
    const keys = this.aggregate.rowKeys(this.aggregateId, command);
    const context = { aggregateId: this.aggregateId, nowMs };
    const decision = this.aggregate.decide(this.#read(keys), command, context);
    if (decision.kind === 'accepted') {
      for (const event of decision.events) this.#fold(keys, event);
    }
    return decision;
  }

  /** Folds events that happened. */
  apply(...events: readonly Event[]): this {
    for (const event of events) this.#fold(this.#keysOf(event), event);
    return this;
  }

  #read(keys: readonly string[]): readonly (Row | undefined)[] {
    return keys.map((key) => this.#rows.get(key));
  }

  #fold(keys: readonly string[], event: Event): void {
    this.#events.push(event);
    const rows = this.aggregate.fold(this.#read(keys), event, this.version);
    rows.forEach((row, index) => {
      const key = keys[index];
      if (row !== undefined && key !== undefined) this.#rows.set(key, row);
    });
  }

  #keysOf(event: Event): readonly string[] {
    const { data } = event;
    const paymentId = 'paymentId' in data ? `${this.aggregateId}/${data.paymentId}` : undefined;
    return paymentId === undefined ? [this.aggregateId] : [this.aggregateId, paymentId];
  }
}
