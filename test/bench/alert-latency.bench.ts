/**
 * From the answer to the payment that crosses a rule to its alert, readable on `alert-events`, while
 * 1,000 payments/s flow in an open loop through the whole system, views included. Load and reader
 * share the process with the system. Bar: p99 under 250 ms.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CommandRequest } from '@millrace/event-sourcing';
import { followAlerts, type System, startSystem } from '@millrace/millrace';
import {
  authorize,
  commandOf,
  type GeneratedCard,
  generatePayments,
  generatePopulation,
  openCard,
} from '@millrace/testkit';

/** What was measured. */
export interface AlertLatencyResult {
  readonly paymentsPerSecond: number;
  readonly bursts: number;
  /** Bursts whose alert came; the same number, or the run is worth nothing. */
  readonly alerts: number;
  readonly p50Ms: number;
  /** Of 90 bursts the largest one: the measure is strict rather than smooth. */
  readonly p99Ms: number;
  readonly maxMs: number;
  /** The latest that a payment was sent after its time: what the open loop fell behind by. */
  readonly sentLateMaxMs: number;
}

const SEED = 11;
const CARDS = 5_000;
const RATE = 1_000;
const SECONDS = 20;
const WARM_UP_MS = 2_000;
const BURST_EVERY_MS = 200;
const BURSTS = ((SECONDS * 1_000 - WARM_UP_MS) / BURST_EVERY_MS) | 0;
const COUNTRIES = ['BE', 'FR', 'DE', 'BE', 'FR'] as const;
const TICK_MS = 5;
const LAST_ALERT_MS = 10_000;

/** Starts the system on a temporary folder and loads it. */
export const run = async (): Promise<{ name: string; results: AlertLatencyResult }> => {
  const folder = mkdtempSync(join(tmpdir(), 'latency-bench-'));
  const system = await startSystem({ folder, command: 'alert-latency bench', port: 0 });
  try {
    return { name: 'alert-latency', results: await measure(system) };
  } finally {
    await system.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

const measure = async (system: System): Promise<AlertLatencyResult> => {
  const population = generatePopulation({ seed: SEED, cards: CARDS });
  const bursts = Array.from({ length: BURSTS }, (_, burst) => burstCard(burst));
  await openCards(system, [
    ...population.habits.map(({ card }) => card),
    ...bursts.map((cardId) => ({ cardId, currency: 'EUR', country: 'BE' })),
  ]);
  const stop = new AbortController();
  const answeredMs = new Map<string, number>();
  const seenMs = new Map<string, number>();
  const following = followAlerts(
    system.log,
    ({ type, alert }) => {
      const first = type === 'alert.raised' && !seenMs.has(alert.keyId);
      if (first) seenMs.set(alert.keyId, performance.now());
    },
    stop.signal,
  );
  const load = await openLoop(system, population, answeredMs);
  const untilMs = performance.now() + LAST_ALERT_MS;
  while (bursts.some((card) => !seenMs.has(card)) && performance.now() < untilMs) {
    await delay(TICK_MS);
  }
  stop.abort();
  await following;
  const latencies = bursts
    .flatMap((card) => {
      const [seen, answered] = [seenMs.get(card), answeredMs.get(card)];
      return seen === undefined || answered === undefined ? [] : [Math.max(0, seen - answered)];
    })
    .sort((a, b) => a - b);
  if (latencies.length < BURSTS) {
    throw new Error(`${BURSTS} bursts, but ${latencies.length} alerts`);
  }
  return {
    ...load,
    bursts: BURSTS,
    alerts: latencies.length,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    maxMs: quantile(latencies, 1),
  };
};

/** Sends each payment when its time has come, whether or not those before have been answered. */
const openLoop = async (
  system: System,
  population: ReturnType<typeof generatePopulation>,
  answeredMs: Map<string, number>,
) => {
  const fromMs = Date.now();
  const payments = generatePayments({
    seed: SEED,
    cards: CARDS,
    fromMs,
    ratePerSecond: RATE,
    population,
  });
  const answers: Promise<unknown>[] = [];
  const send = async (requests: readonly CommandRequest[], card?: string): Promise<void> => {
    const outcomes = await system.runtime.submitAll(requests);
    if (card !== undefined) answeredMs.set(card, performance.now());
    const refused = outcomes.find(({ kind }) => kind === 'rejected');
    if (refused !== undefined) throw new Error(`a payment was refused: ${JSON.stringify(refused)}`);
  };
  const beganMs = performance.now();
  let next = payments.next().value;
  let [sent, burst, sentLateMaxMs] = [0, 0, 0];
  for (let nowMs = fromMs; nowMs < fromMs + SECONDS * 1_000; nowMs = Date.now()) {
    const due: CommandRequest[] = [];
    for (; next.occurredAtMs <= nowMs; next = payments.next().value) {
      sentLateMaxMs = Math.max(sentLateMaxMs, nowMs - next.occurredAtMs);
      due.push({ aggregate: 'card', aggregateId: next.cardId, command: commandOf(next) });
    }
    sent += due.length;
    if (due.length > 0) answers.push(send(due));
    for (; burst < BURSTS && nowMs >= fromMs + WARM_UP_MS + burst * BURST_EVERY_MS; burst++) {
      answers.push(send(burstRequests(burst, nowMs), burstCard(burst)));
    }
    await delay(TICK_MS);
  }
  await Promise.all(answers);
  const seconds = (performance.now() - beganMs) / 1_000;
  return { paymentsPerSecond: sent / seconds, sentLateMaxMs };
};

type NewCard = Pick<GeneratedCard, 'cardId' | 'currency' | 'country'>;

const openCards = async (system: System, cards: readonly NewCard[]): Promise<void> => {
  for (let from = 0; from < cards.length; from += 500) {
    await system.runtime.submitAll(
      cards.slice(from, from + 500).map(({ cardId, currency, country }) => ({
        aggregate: 'card',
        aggregateId: cardId,
        command: openCard({ currency, country, limitMinor: 100_000_000 }),
      })),
    );
  }
  await system.viewsCaughtUp(AbortSignal.timeout(60_000));
  await system.detectionCaughtUp(AbortSignal.timeout(60_000));
};

const burstCard = (burst: number): string => `card_burst_${burst}`;

// The fifth payment crosses: five payments, three countries, one second apart.
const burstRequests = (burst: number, nowMs: number): readonly CommandRequest[] =>
  COUNTRIES.map((country, index) => ({
    aggregate: 'card',
    aggregateId: burstCard(burst),
    command: authorize({
      paymentId: `pay_burst_${burst}_${index}`,
      country,
      occurredAtMs: nowMs - (COUNTRIES.length - 1 - index) * 1_000,
    }),
  }));

const quantile = (ascending: readonly number[], share: number): number =>
  ascending[Math.min(ascending.length - 1, Math.ceil(ascending.length * share) - 1)] ?? Number.NaN;
