import { TopologyRun } from '@millrace/streams/testing';
import { authorized, cardEventHeaders } from '@millrace/testkit';
import fc from 'fast-check';
import type { Alert } from '../alert/alert';
import type { RuleSet } from '../rules/rule';
import { detectTopology } from './detect.topology';

const MINUTE = 60_000;
const GRACE = 2 * MINUTE;
const SIZE = 5 * MINUTE;
const QUIET = MINUTE;
const START = 1_700_000_000_000 - (1_700_000_000_000 % MINUTE);

const ruleSet: RuleSet = {
  version: 1,
  rules: (['hopping', 'trailing'] as const).map((kind) => ({
    ruleId: kind,
    keyKind: 'card',
    filter: [],
    window: kind === 'hopping' ? { kind, sizeMs: SIZE, hopMs: MINUTE } : { kind, sizeMs: SIZE },
    aggregates: { count: { kind: 'count' }, countries: { kind: 'distinct', of: 'country' } },
    condition: {
      all: [
        { aggregate: 'count', op: '>=', value: 3 },
        { aggregate: 'countries', op: '>=', value: 2 },
      ],
    },
    action: 'alert',
    severity: 'low',
    reason: 'test',
    quietPeriodMs: QUIET,
  })),
};

interface Step {
  readonly card: string;
  readonly timeMs: number;
  readonly country: string;
}

// Mostly forward, now and then far back, with many equal times and times on window ends.
const steps = fc
  .array(
    fc.record({
      card: fc.constantFrom('card_a', 'card_b'),
      moveMs: fc.oneof(
        fc.constantFrom(0, MINUTE, SIZE, -SIZE, -GRACE - SIZE, -GRACE - SIZE - 1),
        fc.integer({ min: -3 * MINUTE, max: 3 * MINUTE }),
      ),
      country: fc.constantFrom('BE', 'FR', 'DE'),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((moves) => {
    let timeMs = START;
    return moves.map(({ card, moveMs, country }): Step => {
      timeMs += moveMs;
      return { card, timeMs, country };
    });
  });

const play = (played: readonly Step[], restartAt?: number): TopologyRun => {
  const run = new TopologyRun(detectTopology({ ruleSet, graceMs: GRACE }), { lanes: 2 });
  played.forEach(({ card, timeMs, country }, i) => {
    if (i === restartAt) run.restart();
    const event = authorized({ cardId: card, country, paymentId: `p${i}`, occurredAtMs: timeMs });
    const headers = cardEventHeaders(event, { version: i + 1 });
    run.pipe('card-events', { key: card, value: event.data, headers, lane: 0 });
  });
  return run;
};

/** Sees all payments at once and looks at every window, without any state. */
const model = (played: readonly Step[]): { late: string[]; matches: Set<string> } => {
  const late: string[] = [];
  const matches = new Set<string>();
  const counted: (Step & { readonly id: string })[] = [];
  let nowMs = Number.NEGATIVE_INFINITY;
  played.forEach((step, i) => {
    nowMs = Math.max(nowMs, step.timeMs);
    const open = (endMs: number): boolean => endMs + GRACE > nowMs;
    const hops: number[] = [];
    const firstMs = Math.floor((step.timeMs - SIZE) / MINUTE) * MINUTE + MINUTE;
    for (let startMs = firstMs; startMs <= step.timeMs; startMs += MINUTE) hops.push(startMs);
    if (!hops.some((startMs) => open(startMs + SIZE)) && !open(step.timeMs + SIZE)) {
      late.push(`p${i}`);
      return;
    }
    counted.push({ ...step, id: `p${i}` });
    const own = counted.filter(({ card }) => card === step.card);
    const holds = (startMs: number, endMs: number): boolean => {
      const held = own.filter(({ timeMs }) => timeMs >= startMs && timeMs < endMs);
      return held.length >= 3 && new Set(held.map(({ country }) => country)).size >= 2;
    };
    if (hops.some((startMs) => open(startMs + SIZE) && holds(startMs, startMs + SIZE))) {
      matches.add(`hopping p${i}`);
    }
    const ends = own.map(({ timeMs }) => timeMs).filter((timeMs) => timeMs >= step.timeMs);
    const within = ends.filter((endMs) => endMs < step.timeMs + SIZE && open(endMs + 1));
    if (within.some((endMs) => holds(endMs - SIZE + 1, endMs + 1))) matches.add(`trailing p${i}`);
  });
  return { late, matches };
};

const alertsOf = (run: TopologyRun): readonly (Alert & { readonly by: number })[] =>
  run.read('alert-events').map(({ value, after }) => {
    const alert: Alert = JSON.parse(value ?? '');
    return { ...alert, by: after };
  });

describe('detection beside a model that sees all payments', () => {
  it('matches and refuses the same payments', () => {
    fc.assert(
      fc.property(steps, (played) => {
        const run = play(played);
        const wanted = model(played);
        const matched = alertsOf(run).map(({ ruleId, by }) => `${ruleId} p${by}`);
        expect(new Set(matched)).toEqual(wanted.matches);
        expect(matched).toHaveLength(wanted.matches.size);
        const late = run.read('late-payments').map(({ value }) => JSON.parse(value ?? ''));
        expect(late.map(({ paymentId }) => paymentId)).toEqual(wanted.late);
      }),
      { numRuns: 150 },
    );
  });

  it('keeps the matches of one alert within the quiet period of each other', () => {
    fc.assert(
      fc.property(steps, (played) => {
        const spans = new Map<string, { firstMs: number; lastMs: number; revision: number }>();
        for (const alert of alertsOf(play(played))) {
          const timeMs = played[alert.by]?.timeMs ?? Number.NaN;
          const span = spans.get(alert.alertId);
          expect(alert.revision).toBe((span?.revision ?? 0) + 1);
          const { firstMs, lastMs } = span ?? { firstMs: timeMs, lastMs: timeMs };
          expect(timeMs).toBeLessThanOrEqual(lastMs + QUIET);
          expect(timeMs).toBeGreaterThanOrEqual(firstMs - QUIET);
          spans.set(alert.alertId, {
            firstMs: Math.min(firstMs, timeMs),
            lastMs: Math.max(lastMs, timeMs),
            revision: alert.revision,
          });
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('a replay', () => {
  it('writes the same bytes, also when it was interrupted and restored', () => {
    fc.assert(
      fc.property(steps, fc.nat(40), (played, restartAt) => {
        const bytes = (run: TopologyRun): string => JSON.stringify(run.read());
        const first = bytes(play(played));
        expect(bytes(play(played))).toBe(first);
        expect(bytes(play(played, restartAt % played.length))).toBe(first);
      }),
      { numRuns: 150 },
    );
  });
});
