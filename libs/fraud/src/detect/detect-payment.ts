/**
 * One step of detection: what a payment changes in what is kept of its key, and which alerts it
 * raises or updates. Pure; the topology gives it state and time.
 */
import type { Alert } from '../alert/alert';
import type { PaymentFact } from '../payment/payment-fact';
import type { CompiledRule } from '../rules/compile-rule';
import {
  alertOf,
  beginEpisode,
  continueEpisode,
  type Episode,
  episodeOf,
  type Match,
} from './episode';
import { type KeyActivity, noActivity, type Retention, withPayment } from './key-activity';
import { passingWindow, takesTime } from './passing-window';

/** Rules of one kind of key, with how long and how much is kept for them. */
export interface Detection extends Retention {
  readonly rules: readonly CompiledRule[];
  /** How long a window stays open behind its end, in event time. */
  readonly graceMs: number;
  /** Bound on the alerts of a key that further payments can update. */
  readonly maxEpisodes: number;
}

/** The payment at hand, the key it is looked at under, and the time of the operator. */
export interface Occasion {
  readonly payment: PaymentFact;
  readonly keyId: string;
  readonly nowMs: number;
}

/** What a step gives. */
export type DetectionStep =
  | { readonly kind: 'late' }
  | {
      readonly kind: 'counted';
      readonly activity: KeyActivity;
      /** Raised and updated, in the order of the rules. */
      readonly alerts: readonly Alert[];
      /** Payments and alerts of the key that were forgotten for want of room. */
      readonly overflow: number;
    };

/**
 * Counts a payment. It is late when no rule has an open window that could hold it: then nothing
 * changes.
 *
 * @param before undefined: the key is new
 */
export const detectPayment = (
  detection: Detection,
  before: KeyActivity | undefined,
  occasion: Occasion,
): DetectionStep => {
  const { payment, nowMs } = occasion;
  const at = { timeMs: payment.occurredAtMs, closedMs: nowMs - detection.graceMs };
  if (!detection.rules.some(({ definition }) => takesTime(definition.window, at))) {
    return { kind: 'late' };
  }
  const known = before ?? noActivity;
  const kept = withPayment(known.payments, payment, {
    keepMs: detection.keepMs,
    maxPayments: detection.maxPayments,
    nowMs,
  });
  // A full key may push out the very payment at hand, when that is its oldest.
  const isKept = kept.overflow === 0 || kept.payments.includes(payment);
  let episodes = recentEpisodes(known.episodes, detection, nowMs);
  const alerts: Alert[] = [];
  for (const rule of detection.rules) {
    if (!isKept || kept.payments.length < rule.minPayments) continue;
    const match = matchOf(rule, kept.payments, { ...occasion, at });
    if (match === undefined) continue;
    const open = episodeOf(episodes, rule.definition, payment);
    const next = open === undefined ? beginEpisode(match) : continueEpisode(open, match);
    episodes = [...episodes.filter((episode) => episode !== open), next];
    alerts.push(alertOf(next, match));
  }
  const overflow = Math.max(0, episodes.length - detection.maxEpisodes);
  return {
    kind: 'counted',
    activity: { payments: kept.payments, episodes: newest(episodes, detection.maxEpisodes) },
    alerts,
    overflow: kept.overflow + overflow,
  };
};

/** The operator's time from which on nothing is left of a key. */
export const activityEndsMs = (activity: KeyActivity, keepMs: number): number => {
  let endsMs = (activity.payments.at(-1)?.occurredAtMs ?? Number.NEGATIVE_INFINITY) + keepMs;
  for (const episode of activity.episodes)
    endsMs = Math.max(endsMs, episodeEndsMs(episode, keepMs));
  return endsMs;
};

const matchOf = (
  rule: CompiledRule,
  payments: readonly PaymentFact[],
  occasion: Occasion & { readonly at: { readonly timeMs: number; readonly closedMs: number } },
): Match | undefined => {
  const { payment, keyId, at } = occasion;
  if (rule.counts?.(payment) === false) return undefined;
  const counted = rule.counts === undefined ? payments : payments.filter(rule.counts);
  const window = passingWindow(rule, counted, at);
  return window === undefined ? undefined : { rule, keyId, payment, window };
};

// A payment that is still taken can be keepMs behind, and the quiet period behind the episode.
const episodeEndsMs = (episode: Episode, keepMs: number): number =>
  episode.lastMs + episode.quietPeriodMs + keepMs;

const recentEpisodes = (
  episodes: readonly Episode[],
  { keepMs }: Detection,
  nowMs: number,
): readonly Episode[] =>
  episodes.length === 0
    ? episodes
    : episodes.filter((episode) => episodeEndsMs(episode, keepMs) > nowMs);

const newest = (episodes: readonly Episode[], limit: number): readonly Episode[] =>
  episodes.length <= limit
    ? episodes
    : [...episodes].sort((a, b) => a.lastMs - b.lastMs).slice(episodes.length - limit);
