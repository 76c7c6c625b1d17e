/**
 * Whether a payment makes a rule hold: in one of the open windows that hold the payment.
 */
import type { PaymentFact } from '../payment/payment-fact';
import { holds } from '../rules/compare';
import type { CompiledRule } from '../rules/compile-rule';
import type { RuleCondition, RuleWindow } from '../rules/rule';
import { SlidingAggregates } from './sliding-aggregates';

/** Which windows are judged. */
export interface JudgedAt {
  /** Event time of the payment at hand. */
  readonly timeMs: number;
  /** Windows whose end (exclusive) is at or before this are closed. */
  readonly closedMs: number;
}

/** A window in which the rule holds. */
export interface PassingWindow {
  readonly startMs: number;
  /** Exclusive. */
  readonly endMs: number;
  readonly values: Readonly<Record<string, number>>;
  /** Payments in it, ascending by event time. */
  readonly payments: readonly PaymentFact[];
}

/**
 * The oldest open window that holds the payment and in which the rule holds; undefined when there
 * is none.
 *
 * @param payments of the rule's key and filter, the one at hand among them, ascending by time
 */
export const passingWindow = (
  rule: CompiledRule,
  payments: readonly PaymentFact[],
  at: JudgedAt,
): PassingWindow | undefined => {
  if (payments.length < rule.minPayments) return undefined;
  const { definition, minPayments } = rule;
  const slide = new SlidingAggregates(definition, payments);
  let bounds = firstBounds(definition.window, payments, at);
  while (bounds !== undefined) {
    const { startMs, endMs } = bounds;
    slide.moveTo(startMs, endMs);
    if (slide.end - slide.first >= minPayments && passes(definition.condition, slide)) {
      const { first, end } = slide;
      const held = payments.slice(first, end);
      return { startMs, endMs, values: slide.values(), payments: held };
    }
    const reach = { timeMs: at.timeMs, first: slide.first, end: slide.end };
    bounds = nextBounds(definition.window, payments, { ...reach, startMs });
  }
  return undefined;
};

/** Whether any open window could hold a payment of this time: else it is late for the rule. */
export const takesTime = (window: RuleWindow, { timeMs, closedMs }: JudgedAt): boolean => {
  // The last window that holds t: (t - 1, t - 1 + size] ends at t + size, exclusive; on a grid at
  // the newest start that is not after t.
  const lastStartMs = window.kind === 'hopping' ? gridAtOrBefore(timeMs, window.hopMs) : timeMs;
  return lastStartMs + window.sizeMs > closedMs;
};

interface Bounds {
  readonly startMs: number;
  readonly endMs: number;
}

interface Reach {
  readonly timeMs: number;
  readonly startMs: number;
  readonly first: number;
  readonly end: number;
}

const firstBounds = (
  window: RuleWindow,
  payments: readonly PaymentFact[],
  { timeMs, closedMs }: JudgedAt,
): Bounds | undefined => {
  if (window.kind === 'trailing') {
    const fromMs = Math.max(timeMs, closedMs);
    return trailingAt(window, payments, { timeMs, fromMs });
  }
  const afterMs = Math.max(timeMs, closedMs) - window.sizeMs;
  return hoppingAt(window, gridAtOrBefore(afterMs, window.hopMs) + window.hopMs, timeMs);
};

const nextBounds = (
  window: RuleWindow,
  payments: readonly PaymentFact[],
  { timeMs, startMs, first, end }: Reach,
): Bounds | undefined => {
  const entersMs = payments[end]?.occurredAtMs ?? Number.POSITIVE_INFINITY;
  if (window.kind === 'trailing') {
    return trailingAt(window, payments, { timeMs, fromMs: entersMs, from: end });
  }
  // The next start with other payments: the oldest one has left, or the next newer one is in.
  const leavesMs = (payments[first]?.occurredAtMs ?? Number.POSITIVE_INFINITY) + 1;
  const changeMs = Math.min(leavesMs, entersMs - window.sizeMs + 1);
  if (!Number.isFinite(changeMs)) return undefined;
  const nextMs = gridAtOrBefore(changeMs + window.hopMs - 1, window.hopMs);
  return hoppingAt(window, Math.max(startMs + window.hopMs, nextMs), timeMs);
};

const hoppingAt = (window: RuleWindow, startMs: number, timeMs: number): Bounds | undefined =>
  startMs > timeMs ? undefined : { startMs, endMs: startMs + window.sizeMs };

// Trailing windows end with a payment: the one at hand, or a later one that has it in its window.
const trailingAt = (
  window: RuleWindow,
  payments: readonly PaymentFact[],
  at: { readonly timeMs: number; readonly fromMs: number; readonly from?: number },
): Bounds | undefined => {
  for (let next = at.from ?? 0; next < payments.length; next += 1) {
    const endsWithMs = payments[next]?.occurredAtMs ?? Number.POSITIVE_INFINITY;
    if (endsWithMs < at.fromMs) continue;
    if (endsWithMs >= at.timeMs + window.sizeMs) return undefined;
    return { startMs: endsWithMs - window.sizeMs + 1, endMs: endsWithMs + 1 };
  }
  return undefined;
};

const passes = (condition: RuleCondition, slide: SlidingAggregates): boolean => {
  if ('all' in condition) return condition.all.every((part) => passes(part, slide));
  if ('any' in condition) return condition.any.some((part) => passes(part, slide));
  return holds(slide.valueOf(condition.aggregate), condition.op, condition.value);
};

// Floored: JavaScript's % is negative for times before 1970.
const gridAtOrBefore = (timeMs: number, stepMs: number): number =>
  Math.floor(timeMs / stepMs) * stepMs;
