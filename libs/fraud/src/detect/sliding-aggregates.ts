/**
 * Aggregates of a rule over a window that slides along the payments of one key.
 */
import type { PaymentFact } from '../payment/payment-fact';
import type { RuleAggregate, RuleDefinition } from '../rules/rule';

/** How often each value occurs in the window. */
type Occurrences = Map<string, number>;

/** Count and distinct follow the window's ends; sums and extremes are computed when asked for. */
export class SlidingAggregates {
  readonly #occurrences = new Map<string, Occurrences>();
  readonly #distinct: readonly (readonly [Occurrences, DistinctOf])[];
  #first = 0;
  #end = 0;

  /** @param payments ascending by event time */
  constructor(
    private readonly rule: RuleDefinition,
    private readonly payments: readonly PaymentFact[],
  ) {
    const distinct: (readonly [Occurrences, DistinctOf])[] = [];
    for (const [name, aggregate] of Object.entries(rule.aggregates)) {
      if (aggregate.kind !== 'distinct') continue;
      const occurrences: Occurrences = new Map();
      this.#occurrences.set(name, occurrences);
      distinct.push([occurrences, aggregate.of]);
    }
    this.#distinct = distinct;
  }

  /** Index of the first payment in the window. */
  get first(): number {
    return this.#first;
  }

  /** Index behind the last payment in the window. */
  get end(): number {
    return this.#end;
  }

  /** Moves to [startMs, endMs); neither bound may fall. */
  moveTo(startMs: number, endMs: number): void {
    const { payments } = this;
    for (; timeAt(payments, this.#end) < endMs; this.#end += 1) {
      for (const [occurrences, of] of this.#distinct) {
        const value = distinctValue(payments[this.#end], of);
        if (value !== null) occurrences.set(value, (occurrences.get(value) ?? 0) + 1);
      }
    }
    for (; timeAt(payments, this.#first) < startMs; this.#first += 1) {
      for (const [occurrences, of] of this.#distinct) {
        const value = distinctValue(payments[this.#first], of);
        if (value === null) continue;
        const left = (occurrences.get(value) ?? 1) - 1;
        if (left === 0) occurrences.delete(value);
        else occurrences.set(value, left);
      }
    }
  }

  /** NaN for an extreme or mean over nothing: every comparison with it is false. */
  valueOf(name: string): number {
    const aggregate = this.rule.aggregates[name];
    if (aggregate === undefined) return Number.NaN;
    if (aggregate.kind === 'count') return this.#end - this.#first;
    if (aggregate.kind === 'distinct') return this.#occurrences.get(name)?.size ?? 0;
    return this.#amount(aggregate);
  }

  /** All aggregates by name; a mean is rounded to a whole minor unit, what is over nothing is 0. */
  values(): Readonly<Record<string, number>> {
    const values: Record<string, number> = {};
    for (const name of Object.keys(this.rule.aggregates)) {
      const value = this.valueOf(name);
      values[name] = Number.isNaN(value) ? 0 : Math.round(value);
    }
    return values;
  }

  #amount({ kind, currency }: AmountAggregate): number {
    let [count, sum] = [0, 0];
    let [min, max] = [Number.POSITIVE_INFINITY, 0];
    for (let at = this.#first; at < this.#end; at += 1) {
      const payment = this.payments[at];
      if (payment === undefined) continue;
      if (currency !== undefined && payment.billingCurrency !== currency) continue;
      const { billingAmountMinor } = payment;
      count += 1;
      // Beyond 2^53 - 1 a sum would lose units: it stays there, above any bound a rule may have.
      sum = Math.min(sum + billingAmountMinor, Number.MAX_SAFE_INTEGER);
      min = Math.min(min, billingAmountMinor);
      max = Math.max(max, billingAmountMinor);
    }
    if (kind === 'sum') return sum;
    if (count === 0) return Number.NaN;
    if (kind === 'avg') return sum / count;
    return kind === 'min' ? min : max;
  }
}

type DistinctOf = Extract<RuleAggregate, { kind: 'distinct' }>['of'];
type AmountAggregate = Extract<RuleAggregate, { of: 'billingAmountMinor' }>;

const timeAt = (payments: readonly PaymentFact[], at: number): number =>
  payments[at]?.occurredAtMs ?? Number.POSITIVE_INFINITY;

const distinctFields = {
  country: 'country',
  merchant: 'merchantId',
  terminal: 'terminalId',
  card: 'cardId',
} as const;

const distinctValue = (payment: PaymentFact | undefined, of: DistinctOf): string | null =>
  payment === undefined ? null : payment[distinctFields[of]];
