import fc from 'fast-check';
import type { PaymentFact } from '../payment/payment-fact';
import { compileRule } from '../rules/compile-rule';
import type { RuleCondition, RuleDefinition, RuleWindow } from '../rules/rule';
import { passingWindow, takesTime } from './passing-window';

const MINUTE = 60_000;
const hop: RuleWindow = { kind: 'hopping', sizeMs: 5 * MINUTE, hopMs: MINUTE };
const trailing: RuleWindow = { kind: 'trailing', sizeMs: 360 * MINUTE };

const payment = (at: number, given: Partial<PaymentFact> = {}): PaymentFact => ({
  paymentId: `pay_${at}`,
  cardId: 'card_1',
  occurredAtMs: at,
  status: 'authorized',
  country: 'BE',
  mcc: '5411',
  merchantId: 'mer_1',
  terminalId: null,
  channel: null,
  amountMinor: 1_000,
  currency: 'EUR',
  billingAmountMinor: 1_000,
  billingCurrency: 'EUR',
  imported: false,
  ...given,
});

const rule = (window: RuleWindow, condition: RuleCondition): RuleDefinition => ({
  ruleId: 'r',
  keyKind: 'card',
  filter: [],
  window,
  aggregates: {
    count: { kind: 'count' },
    countries: { kind: 'distinct', of: 'country' },
    sum: { kind: 'sum', of: 'billingAmountMinor' },
    min: { kind: 'min', of: 'billingAmountMinor' },
    max: { kind: 'max', of: 'billingAmountMinor' },
    avg: { kind: 'avg', of: 'billingAmountMinor' },
    inEuro: { kind: 'sum', of: 'billingAmountMinor', currency: 'EUR' },
  },
  condition,
  action: 'block',
  severity: 'high',
  reason: 'test',
  quietPeriodMs: MINUTE,
});

const judge = (definition: RuleDefinition, payments: readonly PaymentFact[], atMs: number) =>
  passingWindow(compileRule(definition, 0), payments, {
    timeMs: atMs,
    closedMs: Number.NEGATIVE_INFINITY,
  });

const atLeast = (aggregate: string, value: number): RuleCondition => ({
  aggregate,
  op: '>=',
  value,
});

describe('a rule on a hopping window', () => {
  const twice = rule(hop, atLeast('count', 2));

  it('holds for payments 4 min 59.999 s apart that share a window', () => {
    const first = payment(10 * MINUTE);
    const second = payment(15 * MINUTE - 1);
    expect(judge(twice, [first, second], second.occurredAtMs)).toMatchObject({
      startMs: 10 * MINUTE,
      endMs: 15 * MINUTE,
      values: { count: 2 },
    });
  });

  it('does not hold for a payment exactly on the end: the end is outside', () => {
    const first = payment(10 * MINUTE);
    const second = payment(15 * MINUTE);
    expect(judge(twice, [first, second], second.occurredAtMs)).toBeUndefined();
  });

  it('does not hold one ms after the end either', () => {
    const first = payment(10 * MINUTE);
    const second = payment(15 * MINUTE + 1);
    expect(judge(twice, [first, second], second.occurredAtMs)).toBeUndefined();
  });

  it('does not hold for payments less than 5 min apart that no window of the grid holds both', () => {
    const first = payment(10 * MINUTE + 30_000);
    const second = payment(15 * MINUTE + 10_000);
    expect(judge(twice, [first, second], second.occurredAtMs)).toBeUndefined();
  });

  it('reports the oldest window that passes', () => {
    const held = [payment(12 * MINUTE), payment(12 * MINUTE + 1)];
    expect(judge(twice, held, 12 * MINUTE + 1)).toMatchObject({ startMs: 8 * MINUTE });
  });

  it('judges only windows that are still open', () => {
    const held = [payment(12 * MINUTE), payment(12 * MINUTE + 1)];
    const at = { timeMs: 12 * MINUTE + 1, closedMs: 13 * MINUTE };
    expect(passingWindow(compileRule(twice, 0), held, at)).toMatchObject({ startMs: 9 * MINUTE });
  });

  it.each([
    [16 * MINUTE, true],
    [17 * MINUTE - 1, true],
    [17 * MINUTE, false],
    [17 * MINUTE + 1, false],
  ])('with windows closed up to %d ms takes a payment of minute 12: %s', (closedMs, taken) => {
    expect(takesTime(hop, { timeMs: 12 * MINUTE, closedMs })).toBe(taken);
  });
});

describe('a rule on a trailing window', () => {
  const twice = rule(trailing, atLeast('count', 2));
  const size = 360 * MINUTE;

  it('holds for a payment one ms less than the size before', () => {
    const held = [payment(1_000), payment(1_000 + size - 1)];
    expect(judge(twice, held, 1_000 + size - 1)).toMatchObject({
      startMs: 1_000,
      endMs: 1_000 + size,
      values: { count: 2 },
    });
  });

  it.each([0, 1])('leaves out a payment the size and %d ms before', (more) => {
    const held = [payment(1_000), payment(1_000 + size + more)];
    expect(judge(twice, held, 1_000 + size + more)).toBeUndefined();
  });

  it('sees by a payment out of order that a later window holds now', () => {
    const held = [payment(5_000), payment(9_000)];
    expect(judge(twice, held, 5_000)).toMatchObject({ endMs: 9_001, values: { count: 2 } });
  });

  it.each([
    [999 + size, true],
    [1_000 + size, false],
    [1_001 + size, false],
  ])('with windows closed up to %d ms takes a payment of 1 s: %s', (closedMs, taken) => {
    expect(takesTime(trailing, { timeMs: 1_000, closedMs })).toBe(taken);
  });
});

describe('aggregates', () => {
  const held = [
    payment(1, { billingAmountMinor: 10, country: 'BE' }),
    payment(2, { billingAmountMinor: 20, country: 'FR' }),
    payment(3, { billingAmountMinor: 33, country: 'FR', billingCurrency: 'USD' }),
  ];

  it('are counted over the window, a mean rounded to a whole minor unit', () => {
    const found = judge(rule(trailing, atLeast('count', 3)), held, 3);
    expect(found?.values).toEqual({
      count: 3,
      countries: 2,
      sum: 63,
      min: 10,
      max: 33,
      avg: 21,
      inEuro: 30,
    });
  });

  it.each([
    ['sum', '>', 62, true],
    ['sum', '>', 63, false],
    ['sum', '>=', 63, true],
    ['min', '<=', 10, true],
    ['min', '<', 10, false],
    ['max', '=', 33, true],
    ['max', '=', 32, false],
    ['avg', '<', 21, false],
    ['avg', '<=', 21, true],
    ['countries', '>=', 2, true],
    ['countries', '>=', 3, false],
  ] as const)('%s %s %d is %s', (...[aggregate, op, value, expected]) => {
    const found = judge(rule(trailing, { aggregate, op, value }), held, 3);
    expect(found !== undefined).toBe(expected);
  });

  it('stay at 2^53 - 1 where a sum would lose units', () => {
    const rich = [1, 2, 3].map((at) =>
      payment(at, { billingAmountMinor: Number.MAX_SAFE_INTEGER }),
    );
    const found = judge(rule(trailing, atLeast('count', 3)), rich, 3);
    expect(found?.values['sum']).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('over nothing fulfil no comparison', () => {
    const dollars: RuleDefinition = {
      ...rule(trailing, { aggregate: 'least', op: '<=', value: 1_000_000 }),
      aggregates: { least: { kind: 'min', of: 'billingAmountMinor', currency: 'USD' } },
    };
    expect(judge(dollars, [payment(1)], 1)).toBeUndefined();
  });

  it('joined by any hold when one part does', () => {
    const either = { any: [atLeast('count', 9), atLeast('sum', 63)] };
    expect(judge(rule(trailing, either), held, 3)).toBeDefined();
  });
});

describe('passingWindow beside a model that looks at every window', () => {
  const conditions: readonly RuleCondition[] = [
    atLeast('count', 3),
    { all: [atLeast('countries', 2), atLeast('count', 3)] },
    { aggregate: 'avg', op: '<', value: 20 },
    { all: [{ aggregate: 'max', op: '<=', value: 40 }, atLeast('sum', 60)] },
    { any: [{ aggregate: 'min', op: '>', value: 30 }, atLeast('countries', 3)] },
  ];
  const scenario = fc.record({
    times: fc.array(fc.integer({ min: -20, max: 60 }), { minLength: 1, maxLength: 12 }),
    countries: fc.array(fc.constantFrom('BE', 'FR', 'DE'), { minLength: 12, maxLength: 12 }),
    amounts: fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 12, maxLength: 12 }),
    at: fc.nat(11),
    sizeMs: fc.integer({ min: 1, max: 30 }),
    hopMs: fc.integer({ min: 1, max: 30 }),
    kind: fc.constantFrom('hopping' as const, 'trailing' as const),
    closedMs: fc.integer({ min: -40, max: 60 }),
    condition: fc.constantFrom(...conditions),
  });

  it('finds the same window', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const times = [...given.times].sort((a, b) => a - b);
        const payments = times.map((time, i) =>
          payment(time, {
            country: given.countries[i] ?? 'BE',
            billingAmountMinor: given.amounts[i] ?? 0,
          }),
        );
        const timeMs = times[given.at % times.length] ?? 0;
        const { sizeMs, closedMs } = given;
        const window: RuleWindow =
          given.kind === 'trailing'
            ? { kind: 'trailing', sizeMs }
            : { kind: 'hopping', sizeMs, hopMs: Math.min(given.hopMs, sizeMs) };
        const definition = rule(window, given.condition);
        const found = passingWindow(compileRule(definition, 0), payments, { timeMs, closedMs });
        const wanted = everyWindow(window, payments, timeMs)
          .filter(([startMs]) => startMs + sizeMs > closedMs)
          .find(([startMs, endMs]) =>
            modelHolds(
              given.condition,
              payments.filter((p) => p.occurredAtMs >= startMs && p.occurredAtMs < endMs),
            ),
          );
        expect(found === undefined ? undefined : [found.startMs, found.endMs]).toEqual(wanted);
      }),
      { numRuns: 2_000 },
    );
  });

  const everyWindow = (
    window: RuleWindow,
    payments: readonly PaymentFact[],
    timeMs: number,
  ): readonly (readonly [number, number])[] => {
    const { sizeMs } = window;
    const starts: number[] = [];
    for (let startMs = timeMs - sizeMs + 1; startMs <= timeMs; startMs += 1) {
      const fits =
        window.kind === 'hopping'
          ? startMs % window.hopMs === 0
          : payments.some((p) => p.occurredAtMs === startMs + sizeMs - 1);
      if (fits) starts.push(startMs);
    }
    return starts.map((startMs) => [startMs, startMs + sizeMs] as const);
  };

  const modelHolds = (condition: RuleCondition, held: readonly PaymentFact[]): boolean => {
    if ('all' in condition) return condition.all.every((part) => modelHolds(part, held));
    if ('any' in condition) return condition.any.some((part) => modelHolds(part, held));
    const amounts = held.map((p) => p.billingAmountMinor);
    const sum = amounts.reduce((a, b) => a + b, 0);
    const values: Record<string, number> = {
      count: held.length,
      countries: new Set(held.map((p) => p.country)).size,
      sum,
      avg: sum / held.length,
      min: Math.min(...amounts),
      max: Math.max(...amounts),
    };
    const value = values[condition.aggregate] ?? Number.NaN;
    const { op, value: bound } = condition;
    if (op === '>=') return value >= bound;
    if (op === '>') return value > bound;
    if (op === '<=') return value <= bound;
    return op === '<' ? value < bound : value === bound;
  };
});
