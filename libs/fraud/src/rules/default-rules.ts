/**
 * Rule-set version 0: in force from the beginning of time.
 */
import type { RuleDefinition, RuleSet } from './rule';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

const manyCountries = {
  keyKind: 'card',
  filter: [],
  aggregates: {
    count: { kind: 'count' },
    countries: { kind: 'distinct', of: 'country' },
  },
  condition: {
    all: [
      { aggregate: 'countries', op: '>=', value: 3 },
      { aggregate: 'count', op: '>=', value: 5 },
    ],
  },
  action: 'block',
} as const satisfies Partial<RuleDefinition>;

/**
 * The default rules: at least 5 payments of a card in at least 3 countries, in 5 minutes (every
 * minute a window begins) and in the 6 hours before each payment. Declined attempts count too.
 */
export const defaultRuleSet: RuleSet = {
  version: 0,
  rules: [
    {
      ...manyCountries,
      ruleId: 'countries-5m',
      window: { kind: 'hopping', sizeMs: 5 * MINUTE_MS, hopMs: MINUTE_MS },
      severity: 'critical',
      reason: '5 or more payments in 3 or more countries within 5 minutes',
      quietPeriodMs: 30 * MINUTE_MS,
    },
    {
      ...manyCountries,
      ruleId: 'countries-6h',
      window: { kind: 'trailing', sizeMs: 6 * HOUR_MS },
      severity: 'high',
      reason: '5 or more payments in 3 or more countries within 6 hours',
      quietPeriodMs: 6 * HOUR_MS,
    },
  ],
};
