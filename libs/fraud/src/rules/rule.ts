/**
 * A fraud rule as data: what it counts, over which window, and what follows when it holds.
 */

/** Whose payments a rule looks at together. */
export type RuleKeyKind = 'card' | 'terminal' | 'merchant';

/** What shall happen when the rule holds. */
export type AlertAction = 'alert' | 'review' | 'block';

/** How bad it is. */
export type AlertSeverity = 'low' | 'medium' | 'high' | 'critical';

/** Comparison of a number with a bound. */
export type Comparator = '>=' | '>' | '<=' | '<' | '=';

/** Text fields of a payment that a filter can name. */
export type FilterField =
  | 'country'
  | 'mcc'
  | 'currency'
  | 'billingCurrency'
  | 'channel'
  | 'merchantId'
  | 'terminalId'
  | 'status';

/** One test on one payment. A payment without the field is in no list. */
export type FilterTest =
  | { readonly field: FilterField; readonly in: readonly string[] }
  | { readonly field: FilterField; readonly notIn: readonly string[] }
  | { readonly field: 'billingAmountMinor'; readonly op: Comparator; readonly value: number };

/**
 * The window of a rule. `hopping`: [start, start + sizeMs) for each start on the grid of hopMs from
 * 1970, the end outside. `trailing`: (t - sizeMs, t] for each payment's event time t.
 */
export type RuleWindow =
  | { readonly kind: 'hopping'; readonly sizeMs: number; readonly hopMs: number }
  | { readonly kind: 'trailing'; readonly sizeMs: number };

/** What is counted over the payments of a window. Money is minor units of the billing currency. */
export type RuleAggregate =
  | { readonly kind: 'count' }
  | { readonly kind: 'distinct'; readonly of: 'country' | 'merchant' | 'terminal' | 'card' }
  | {
      readonly kind: 'sum' | 'min' | 'max' | 'avg';
      readonly of: 'billingAmountMinor';
      /** Counts only what is billed in it. Required unless the rule is keyed by card. */
      readonly currency?: string;
    };

/** A typed comparison of an aggregate, or several of them joined. */
export type RuleCondition =
  | { readonly aggregate: string; readonly op: Comparator; readonly value: number }
  | { readonly all: readonly RuleCondition[] }
  | { readonly any: readonly RuleCondition[] };

/** A rule. */
export interface RuleDefinition {
  readonly ruleId: string;
  readonly keyKind: RuleKeyKind;
  /** All of them must pass for a payment to be counted; declined attempts count unless left out. */
  readonly filter: readonly FilterTest[];
  readonly window: RuleWindow;
  /** By the name under which `condition` and the alert's values speak of them. */
  readonly aggregates: Readonly<Record<string, RuleAggregate>>;
  readonly condition: RuleCondition;
  /** `block` needs a rule that is keyed by card. */
  readonly action: AlertAction;
  readonly severity: AlertSeverity;
  /** For people: goes into the alert and into the block. */
  readonly reason: string;
  /** A matching payment more than this after the last one begins a new alert; >= 60,000 ms. */
  readonly quietPeriodMs: number;
}

/** The rules in force together. */
export interface RuleSet {
  /** Goes into each alert; 0 is the default set. */
  readonly version: number;
  /** Rule ids are unique. */
  readonly rules: readonly RuleDefinition[];
}
