/**
 * The demo: starts the system on its own clock, opens the cards, tells the story, then lets ordinary
 * payments flow in real time until it is stopped.
 */
import type { EpochMs } from '@millrace/event-log';
import type { AlertEvent } from '@millrace/fraud';
import type { CardRow } from '@millrace/payments';
import { SystemTimers } from '@millrace/platform';
import type { ProgressLine } from '../cli/progress-line';
import { span } from '../cli/wording';
import type { System } from '../host/start-system';
import { followAlerts } from './alert-tail';
import type { DemoClock } from './demo-clock';
import { type DemoPlan, demoPlan, STORY_CARD } from './demo-plan';
import { DemoTraffic } from './demo-traffic';
import { StoryLedger } from './story-ledger';
import { alertText, comparisonText, plotText, statusLine, tryText } from './story-screen';

/** What the demo runs on and how. */
export interface DemoOptions {
  readonly system: System;
  readonly clock: DemoClock;
  readonly screen: ProgressLine;
  /** Payments a second once the story is told. */
  readonly ratePerSecond: number;
  readonly seed: number;
  /** Where the clock stood when the system was ready. */
  readonly beginMs: EpochMs;
  readonly elapsedMs: () => number;
  /** Stops the traffic. */
  readonly signal: AbortSignal;
}

const STATUS_MS = 250;
const timers = new SystemTimers();

/** Runs until the signal. */
export const runDemoOn = async (options: DemoOptions): Promise<void> => {
  const { system, clock, signal } = options;
  const card = system.runtime.read<CardRow>('card', STORY_CARD);
  const { seed, beginMs } = options;
  const plan = demoPlan({ seed, nowMs: beginMs, openedAtMs: card?.openedAtMs });
  const ledger = new StoryLedger();
  const show = new Show(options, plan, ledger);
  const traffic = new DemoTraffic(
    {
      clock,
      submitAll: (requests) => system.runtime.submitAll(requests),
      settled: () => system.detectionCaughtUp(signal),
      elapsedMs: options.elapsedMs,
      signal,
    },
    plan,
    ledger,
  );
  const following = followAlerts(system.log, (event) => show.alert(event), signal);
  const stopStatus = timers.schedule(
    STATUS_MS,
    () => show.status(traffic),
    () => undefined,
  );
  try {
    show.plot();
    await traffic.openAll();
    await traffic.tellStory();
    if (!signal.aborted) show.ending();
    clock.run();
    await traffic.flow(options.ratePerSecond, (ms, until) => timers.delay(ms, until));
  } finally {
    stopStatus();
    await following;
  }
};

/** What is on the screen. */
class Show {
  #alerts = 0;
  #latencyMs: number | undefined;
  #before = { payments: 0, atMs: 0 };
  #perSecond = 0;

  constructor(
    private readonly options: DemoOptions,
    private readonly plan: DemoPlan,
    private readonly ledger: StoryLedger,
  ) {}

  plot(): void {
    this.options.screen.say(`${plotText(this.plan)}\n`);
  }

  alert(event: AlertEvent): void {
    if (event.type !== 'alert.raised') return;
    this.#alerts += 1;
    const latencyMs = this.ledger.latencyMs(event.alert, this.options.elapsedMs());
    this.#latencyMs ??= latencyMs;
    this.options.screen.say(`${alertText(event, latencyMs)}\n`);
  }

  ending(): void {
    const { system, screen, ratePerSecond } = this.options;
    const { account } = this.ledger;
    screen.say(comparisonText(this.plan, account, this.#latencyMs));
    screen.say(`\n${tryText(system.url, STORY_CARD)}\n`);
    screen.say(
      `Ordinary payments go on at ${ratePerSecond}/s in real time. Ctrl-C stops; the next start goes on from here.`,
    );
  }

  status(traffic: DemoTraffic): void {
    const nowMs = this.options.elapsedMs();
    const passedMs = nowMs - this.#before.atMs;
    if (passedMs >= 1_000) {
      this.#perSecond = ((traffic.payments - this.#before.payments) * 1_000) / passedMs;
      this.#before = { payments: traffic.payments, atMs: nowMs };
    }
    this.options.screen.show(
      statusLine({
        nowMs: this.options.clock.nowMs(),
        perSecond: this.#perSecond,
        payments: traffic.payments,
        declined: traffic.declined,
        alerts: this.#alerts,
      }),
    );
  }
}

/** Said when the system answers. */
export const readyText = (system: System, tookMs: number): string =>
  `Millrace is ready after ${span(tookMs)}: ${system.url}, data folder ${system.folder}`;
