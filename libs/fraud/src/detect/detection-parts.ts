/**
 * From a rule set to what each kind of key needs for its detection.
 */
import { RuleSetInvalidError } from '../fraud.errors';
import { compileRule } from '../rules/compile-rule';
import type { RuleKeyKind, RuleSet } from '../rules/rule';
import { ruleSetSchema } from '../rules/rule-schema';
import type { Detection } from './detect-payment';

/** Bounds of detection. */
export interface DetectionLimits {
  /** How long a window stays open behind its end, in event time. Default 3,600,000 ms. */
  readonly graceMs?: number;
  /** Payments kept of a key; every distinct set is exact up to it. Default 1,024. */
  readonly maxPaymentsPerKey?: number;
  /** Alerts of a key that further payments can update. Default 64. */
  readonly maxEpisodesPerKey?: number;
}

/**
 * Detection for each kind of key that the rules use, in the order card, terminal, merchant.
 *
 * @throws RuleSetInvalidError (FRAUD_RULE_SET_INVALID) names the first problem
 */
export const detectionParts = (
  ruleSet: RuleSet,
  limits: DetectionLimits = {},
): ReadonlyMap<RuleKeyKind, Detection> => {
  const { graceMs = 3_600_000, maxPaymentsPerKey = 1_024, maxEpisodesPerKey = 64 } = limits;
  for (const [name, value, least] of [
    ['graceMs', graceMs, 0],
    ['maxPaymentsPerKey', maxPaymentsPerKey, 1],
    ['maxEpisodesPerKey', maxEpisodesPerKey, 1],
  ] as const) {
    if (!Number.isSafeInteger(value) || value < least) {
      throw new RuleSetInvalidError(ruleSet.version, `${name} ${value} is below ${least}`);
    }
  }
  checkRuleSet(ruleSet);
  const parts = new Map<RuleKeyKind, Detection>();
  for (const keyKind of ['card', 'terminal', 'merchant'] as const) {
    const rules = ruleSet.rules.filter((rule) => rule.keyKind === keyKind);
    if (rules.length === 0) continue;
    parts.set(keyKind, {
      rules: rules.map((rule) => compileRule(rule, ruleSet.version)),
      graceMs,
      keepMs: graceMs + Math.max(...rules.map(({ window }) => window.sizeMs)),
      maxPayments: maxPaymentsPerKey,
      maxEpisodes: maxEpisodesPerKey,
    });
  }
  return parts;
};

const checkRuleSet = (ruleSet: RuleSet): void => {
  const checked = ruleSetSchema.safeParse(ruleSet);
  if (checked.success) return;
  const [issue] = checked.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new RuleSetInvalidError(ruleSet.version, `${where}: ${issue?.message ?? 'is refused'}`);
};
