/**
 * The door for rules: shape, bounds, and that a rule's parts fit together.
 */
import { z } from 'zod';
import type { RuleCondition, RuleDefinition, RuleSet } from './rule';

const DAY_MS = 86_400_000;
const MAX_HOPS = 1_000;
const MAX_DEPTH = 4;

const name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,31}$/, 'must be a letter, then 0 to 31 more');
const comparator = z.enum(['>=', '>', '<=', '<', '=']);
const bound = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const texts = z.array(z.string().min(1).max(64)).min(1).max(1_000).readonly();
const field = z.enum([
  'country',
  'mcc',
  'currency',
  'billingCurrency',
  'channel',
  'merchantId',
  'terminalId',
  'status',
]);
const sizeMs = z
  .int()
  .min(1_000)
  .max(30 * DAY_MS);

const filterTest = z.union([
  z.strictObject({ field, in: texts }),
  z.strictObject({ field, notIn: texts }),
  z.strictObject({ field: z.literal('billingAmountMinor'), op: comparator, value: bound }),
]);

const ruleWindow = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.literal('hopping'), sizeMs, hopMs: sizeMs })
    .refine(({ sizeMs: size, hopMs }) => hopMs <= size, 'hopMs must not be above sizeMs')
    .refine(({ sizeMs: size, hopMs }) => size / hopMs <= MAX_HOPS, 'sizeMs / hopMs is above 1,000'),
  z.strictObject({ kind: z.literal('trailing'), sizeMs }),
]);

const aggregate = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('count') }),
  z.strictObject({
    kind: z.literal('distinct'),
    of: z.enum(['country', 'merchant', 'terminal', 'card']),
  }),
  z.strictObject({
    kind: z.enum(['sum', 'min', 'max', 'avg']),
    of: z.literal('billingAmountMinor'),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .exactOptional(),
  }),
]);

const comparison = z.strictObject({ aggregate: name, op: comparator, value: bound });

// Depth by construction: zod would follow a recursive schema as deep as the input goes.
const conditionOf = (depth: number): z.ZodType<RuleCondition> => {
  if (depth === 0) return comparison;
  const parts = z
    .array(conditionOf(depth - 1))
    .min(1)
    .max(16)
    .readonly();
  return z.union([comparison, z.strictObject({ all: parts }), z.strictObject({ any: parts })]);
};

/** A rule: strict, and refused when its parts do not fit (unknown aggregate, sum over currencies). */
export const ruleSchema: z.ZodType<RuleDefinition> = z
  .strictObject({
    ruleId: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be 1 to 64 of a-z 0-9 -'),
    keyKind: z.enum(['card', 'terminal', 'merchant']),
    filter: z.array(filterTest).max(16).readonly(),
    window: ruleWindow,
    aggregates: z
      .record(name, aggregate)
      .refine((all) => Object.keys(all).length <= 16, 'at most 16 aggregates'),
    condition: conditionOf(MAX_DEPTH),
    action: z.enum(['alert', 'review', 'block']),
    severity: z.enum(['low', 'medium', 'high', 'critical']),
    reason: z.string().min(1).max(200),
    quietPeriodMs: z
      .int()
      .min(60_000)
      .max(30 * DAY_MS),
  })
  .superRefine((rule, context) => {
    for (const message of contradictions(rule)) context.addIssue({ code: 'custom', message });
  });

/** A rule set: at most 1,000 rules with ids of their own. */
export const ruleSetSchema: z.ZodType<RuleSet> = z
  .strictObject({
    version: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
    rules: z.array(ruleSchema).max(1_000).readonly(),
  })
  .refine(
    ({ rules }) => new Set(rules.map(({ ruleId }) => ruleId)).size === rules.length,
    'rule ids must be unique',
  );

const contradictions = (rule: RuleDefinition): readonly string[] => {
  const found: string[] = [];
  for (const used of new Set(aggregatesIn(rule.condition))) {
    if (!Object.hasOwn(rule.aggregates, used)) found.push(`aggregate ${used} is not declared`);
  }
  if (rule.action === 'block' && rule.keyKind !== 'card') {
    found.push('action block needs a rule that is keyed by card');
  }
  for (const [used, part] of Object.entries(rule.aggregates)) {
    if (!('currency' in part) && isMoney(part.kind) && rule.keyKind !== 'card') {
      found.push(`aggregate ${used} needs a currency: cards of other currencies pay there too`);
    }
  }
  return found;
};

const isMoney = (kind: string): boolean => kind !== 'count' && kind !== 'distinct';

const aggregatesIn = (condition: RuleCondition): readonly string[] => {
  if ('aggregate' in condition) return [condition.aggregate];
  return ('all' in condition ? condition.all : condition.any).flatMap(aggregatesIn);
};
