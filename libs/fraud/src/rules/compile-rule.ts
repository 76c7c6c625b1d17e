/**
 * A rule made ready for evaluation: its filter as a function, and how few payments can never do.
 */
import type { PaymentFact } from '../payment/payment-fact';
import { holds } from './compare';
import type { FilterTest, RuleCondition, RuleDefinition } from './rule';

/** A rule ready for evaluation. */
export interface CompiledRule {
  readonly definition: RuleDefinition;
  readonly ruleSetVersion: number;
  /** undefined: every payment counts. */
  readonly counts: ((payment: PaymentFact) => boolean) | undefined;
  /** A window with fewer payments cannot pass; >= 1. */
  readonly minPayments: number;
  /** Bounds of the condition by aggregate: what the alert shows as thresholds. */
  readonly thresholds: Readonly<Record<string, number>>;
}

/** Compiles a rule of a set. */
export const compileRule = (definition: RuleDefinition, ruleSetVersion: number): CompiledRule => ({
  definition,
  ruleSetVersion,
  counts: filterOf(definition.filter),
  minPayments: Math.max(1, minPaymentsOf(definition, definition.condition)),
  thresholds: thresholdsOf(definition.condition),
});

const filterOf = (tests: readonly FilterTest[]): CompiledRule['counts'] => {
  if (tests.length === 0) return undefined;
  const passes = tests.map(testOf);
  return (payment) => passes.every((pass) => pass(payment));
};

const testOf = (test: FilterTest): ((payment: PaymentFact) => boolean) => {
  if (test.field === 'billingAmountMinor') {
    const { op, value } = test;
    return (payment) => holds(payment.billingAmountMinor, op, value);
  }
  const { field } = test;
  if ('in' in test) {
    const listed: ReadonlySet<string | null> = new Set(test.in);
    return (payment) => listed.has(payment[field]);
  }
  const excluded: ReadonlySet<string | null> = new Set(test.notIn);
  return (payment) => !excluded.has(payment[field]);
};

// count >= 5 needs five payments, and so do five countries. What is not bounded from below says 0.
const minPaymentsOf = (rule: RuleDefinition, condition: RuleCondition): number => {
  if ('all' in condition) {
    return Math.max(...condition.all.map((part) => minPaymentsOf(rule, part)));
  }
  if ('any' in condition) {
    return Math.min(...condition.any.map((part) => minPaymentsOf(rule, part)));
  }
  const kind = rule.aggregates[condition.aggregate]?.kind;
  if (kind !== 'count' && kind !== 'distinct') return 0;
  if (condition.op === '>') return condition.value + 1;
  return condition.op === '>=' || condition.op === '=' ? condition.value : 0;
};

// An aggregate that is compared once goes by its name, further comparisons say how: "count <".
const thresholdsOf = (condition: RuleCondition): Readonly<Record<string, number>> => {
  const thresholds: Record<string, number> = {};
  const collect = (part: RuleCondition): void => {
    if ('all' in part) part.all.forEach(collect);
    else if ('any' in part) part.any.forEach(collect);
    else {
      const taken = Object.hasOwn(thresholds, part.aggregate);
      thresholds[taken ? `${part.aggregate} ${part.op}` : part.aggregate] = part.value;
    }
  };
  collect(condition);
  return thresholds;
};
