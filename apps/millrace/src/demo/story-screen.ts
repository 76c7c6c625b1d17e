/** What the demo says: the alert with its reasons, and the stream beside the nightly batch job. */
import type { AlertEvent } from '@millrace/fraud';
import { grouped, instant, money, span, table, timeOfDay } from '../cli/wording';
import type { DemoPlan } from './demo-plan';
import { nightlyBatch } from './nightly-batch';
import type { StoryAccount } from './story-ledger';

const CURRENCY = 'EUR';

/** The plot in two lines. */
export const plotText = ({ story }: DemoPlan): string => {
  const countries = new Set(story.payments.map(({ request }) => request.country)).size;
  const [first] = story.payments;
  const begin = first === undefined ? '' : ` from ${instant(first.occurredAtMs)} on`;
  return (
    `Story: card ${story.card.cardId} is misused ${story.payments.length} times in ${countries} countries ` +
    `within 6 h, ${money(story.totalMinor, CURRENCY)},${begin},\n` +
    '       among the payments of 600 honest cards. The clock runs fast until the story is over.'
  );
};

/** An alert that was raised, with the values that made it. */
export const alertText = ({ alert }: AlertEvent, latencyMs: number | undefined): string => {
  const values = Object.entries(alert.thresholds)
    .map(([name, bound]) => `${name} ${alert.values[name] ?? '?'} (bound ${bound})`)
    .join(', ');
  const payments = alert.payments
    .map(
      ({ occurredAtMs, country, amountMinor, currency, status }) =>
        `          ${timeOfDay(occurredAtMs)} ${country} ${money(amountMinor, currency).padStart(12)} ${status}`,
    )
    .join('\n');
  const seen =
    latencyMs === undefined
      ? 'raised in an earlier run'
      : `on this screen ${span(latencyMs)} after the commit of the payment that crossed`;
  return [
    `ALERT     ${alert.severity}, action ${alert.action}: ${alert.reason}`,
    `          rule ${alert.ruleId}, ${alert.keyKind} ${alert.keyId}, ${values}`,
    payments,
    `          ${seen}`,
  ].join('\n');
};

/** How the story ended, beside what the batch job would have said. */
export const comparisonText = (
  plan: DemoPlan,
  account: StoryAccount,
  latencyMs: number | undefined,
): string => {
  const { payments, totalMinor } = plan.story;
  const found = nightlyBatch(
    payments.map(({ cardId, occurredAtMs, request: { country, amountMinor } }) => ({
      cardId,
      occurredAtMs,
      country,
      amountMinor,
    })),
  ).at(0);
  const batchFound =
    found === undefined
      ? 'not at all'
      : `${span(found.foundAtMs - found.firstPaymentMs)} after the first payment`;
  const streamFound =
    latencyMs === undefined ? 'in an earlier run' : `${span(latencyMs)} after it was committed`;
  const all = payments.length;
  return table([
    ['', 'Millrace', 'nightly batch job'],
    ['found', streamFound, batchFound],
    ['authorized', `${account.authorized} of ${all}`, `${all} of ${all}`],
    ['declined', `${account.declined} of ${all}`, `0 of ${all}`],
    ['lost', money(account.lostMinor, CURRENCY), money(totalMinor, CURRENCY)],
    ['saved', money(account.savedMinor, CURRENCY), money(0, CURRENCY)],
  ]);
};

/** Three requests that work against the running demo. */
export const tryText = (url: string, cardId: string): string =>
  [
    'Try it:',
    `  curl -s '${url}/v1/alerts'`,
    `  curl -s '${url}/v1/cards/${cardId}/live'`,
    `  curl -s '${url}/v1/payments?cardId=${cardId}&status=declined'`,
    '',
    `  health ${url}/readyz   views ${url}/v1/views   metrics ${url}/metrics   API ${url}/openapi.json`,
  ].join('\n');

/** The line that is rewritten while payments flow. */
export const statusLine = (status: {
  readonly nowMs: number;
  readonly perSecond: number;
  readonly payments: number;
  readonly declined: number;
  readonly alerts: number;
}): string =>
  `${instant(status.nowMs)}  ${grouped(status.perSecond)} payments/s  ` +
  `${grouped(status.payments)} payments, ${grouped(status.declined)} declined, ` +
  `${grouped(status.alerts)} ${status.alerts === 1 ? 'alert' : 'alerts'}`;
