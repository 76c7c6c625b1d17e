import { defaultRuleSet } from './default-rules';
import type { RuleDefinition } from './rule';
import { ruleSchema, ruleSetSchema } from './rule-schema';

const [valid] = defaultRuleSet.rules;

const problems = (change: Partial<Record<keyof RuleDefinition, unknown>>): string[] => {
  const result = ruleSchema.safeParse({ ...valid, ...change });
  return result.success ? [] : result.error.issues.map(({ message }) => message);
};

describe('ruleSetSchema', () => {
  it('takes the default set', () => {
    expect(ruleSetSchema.safeParse(defaultRuleSet).success).toBe(true);
  });

  it('refuses two rules with one id', () => {
    const twice = { version: 1, rules: [valid, valid] };
    expect(ruleSetSchema.safeParse(twice).error?.issues[0]?.message).toBe(
      'rule ids must be unique',
    );
  });
});

describe('ruleSchema', () => {
  it('refuses a condition on an aggregate that is not declared', () => {
    const condition = { aggregate: 'terminals', op: '>=', value: 2 };
    expect(problems({ condition })).toEqual(['aggregate terminals is not declared']);
  });

  it('refuses to block by a rule that is not keyed by card', () => {
    expect(problems({ keyKind: 'terminal' })).toEqual([
      'action block needs a rule that is keyed by card',
    ]);
  });

  it('refuses a sum over the currencies of many cards', () => {
    const aggregates = { sum: { kind: 'sum', of: 'billingAmountMinor' } };
    const condition = { aggregate: 'sum', op: '>=', value: 2 };
    const change = { keyKind: 'merchant', action: 'alert', aggregates, condition };
    expect(problems(change)).toEqual([
      'aggregate sum needs a currency: cards of other currencies pay there too',
    ]);
  });

  it.each([
    [{ kind: 'hopping', sizeMs: 1_000_000, hopMs: 1_000 }, 0],
    [{ kind: 'hopping', sizeMs: 1_001_000, hopMs: 1_000 }, 1],
    [{ kind: 'hopping', sizeMs: 60_000, hopMs: 60_000 }, 0],
    [{ kind: 'hopping', sizeMs: 60_000, hopMs: 60_001 }, 1],
    [{ kind: 'trailing', sizeMs: 999 }, 1],
    [{ kind: 'trailing', sizeMs: 30 * 86_400_000 }, 0],
    [{ kind: 'trailing', sizeMs: 30 * 86_400_000 + 1 }, 1],
    [{ kind: 'session', sizeMs: 1_000 }, 1],
  ])('on window %j finds %d problems', (window, count) => {
    expect(problems({ window })).toHaveLength(count);
  });

  it.each([
    [59_999, 1],
    [60_000, 0],
  ])('on a quiet period of %d ms finds %d problems', (quietPeriodMs, count) => {
    expect(problems({ quietPeriodMs })).toHaveLength(count);
  });

  it('refuses conditions nested deeper than 4', () => {
    let condition: unknown = { aggregate: 'count', op: '>=', value: 5 };
    for (let depth = 0; depth < 4; depth += 1) condition = { all: [condition] };
    expect(problems({ condition })).toEqual([]);
    expect(problems({ condition: { all: [condition] } })).not.toEqual([]);
  });

  it('refuses unknown fields', () => {
    expect(ruleSchema.safeParse({ ...valid, window2: 1 }).success).toBe(false);
  });
});
