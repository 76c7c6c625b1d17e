import { AggregateRun, authorize, days, openCard } from '@millrace/testkit';
import fc from 'fast-check';
import { cardEventSchemas } from '../edge/event-schemas';
import { minorUnits } from '../money/minor-units';
import { cardAggregate } from './card-aggregate';
import type { CardCommand } from './card-commands';
import type { CardEvent } from './card-events';
import type { CardRow, CardStateRow, PaymentRow } from './card-rows';
import { monthOf } from './spending';

type CardRun = AggregateRun<CardCommand, CardEvent, CardStateRow>;

interface Step {
  readonly command: CardCommand;
  readonly afterMs: number;
}

const START_MS = Date.UTC(2025, 0, 28);
const paymentId = fc.constantFrom('a', 'b', 'c');
const money = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 2_000 }));

const authorization = fc
  .record({
    paymentId,
    amountMinor: money,
    currency: fc.constantFrom('EUR', 'EUR', 'JPY', 'XAU'),
    billingAmountMinor: fc.integer({ min: 0, max: 2_000 }),
    capture: fc.constantFrom('manual' as const, 'manual' as const, 'immediate' as const),
  })
  .map(({ currency, billingAmountMinor, ...rest }) =>
    authorize({ ...rest, currency, ...(currency === 'EUR' ? {} : { billingAmountMinor }) }),
  );

const followUp = (type: CardCommand['type']) =>
  fc
    .record({ paymentId, amountMinor: money })
    .map((fields) => ({ type, ...fields }) as CardCommand);

const command: fc.Arbitrary<CardCommand> = fc.oneof(
  { weight: 5, arbitrary: authorization },
  { weight: 5, arbitrary: followUp('capture-payment') },
  { weight: 4, arbitrary: followUp('refund-payment') },
  { weight: 1, arbitrary: followUp('void-payment') },
  { weight: 2, arbitrary: followUp('expire-payment') },
  {
    weight: 1,
    arbitrary: followUp('dispute-payment').map((c) => ({ ...c, reason: 'fraud' }) as CardCommand),
  },
  {
    weight: 1,
    arbitrary: money.map(
      (m) => ({ type: 'change-limit', limitMinor: minorUnits(m + 500) }) as const,
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('block-card' as const, 'unblock-card' as const)
      .map((type) => ({ type, reason: 'r' })),
  },
);

const steps = fc.array(
  fc.record({
    command,
    afterMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: days(4) }), fc.constant(days(7))),
  }),
  { maxLength: 60, size: 'max' },
);

/** Runs the steps and calls `check` after each with the card before and after it. */
const play = (
  script: readonly Step[],
  check: (run: CardRun, before: CardRow, events: readonly CardEvent[]) => void,
): CardRun => {
  const run: CardRun = new AggregateRun(cardAggregate, 'card_1');
  let nowMs = START_MS;
  run.run(openCard({ limitMinor: 3_000 }), nowMs);
  for (const step of script) {
    nowMs += step.afterMs;
    const before = cardOf(run);
    const decision = run.run(step.command, nowMs);
    check(run, before, decision.kind === 'accepted' ? decision.events : []);
  }
  return run;
};

const cardOf = (run: CardRun): CardRow => {
  const card = run.rows.get('card_1');
  if (card?.kind !== 'card') throw new Error('no card');
  return card;
};

const paymentsOf = (run: CardRun): readonly PaymentRow[] =>
  [...run.rows.values()].filter((row) => row.kind === 'payment');

/** What a payment still holds of its month, counted from its events alone. */
const heldOf = (run: CardRun, id: string): number =>
  run.events.reduce((held, { type, data }) => {
    if (!('paymentId' in data) || data.paymentId !== id) return held;
    if (type === 'payment.authorized') return held + data.billingAmountMinor;
    if (type === 'payment.refunded') return held - data.billingAmountMinor;
    return 'billingReleasedMinor' in data ? held - data.billingReleasedMinor : held;
  }, 0);

describe('any sequence of commands', () => {
  it('never captures above the authorization, nor refunds above the capture', () => {
    fc.assert(
      fc.property(steps, (script) => {
        play(script, (run) => {
          for (const row of paymentsOf(run)) {
            expect(row.capturedMinor + row.releasedMinor).toBeLessThanOrEqual(row.authorizedMinor);
            expect(row.refundedMinor).toBeLessThanOrEqual(row.capturedMinor);
            if (row.status === 'refunded') expect(row.refundedMinor).toBe(row.capturedMinor);
          }
        });
      }),
    );
  });

  it('never authorizes above the limit of a month, and spends nothing negative', () => {
    fc.assert(
      fc.property(steps, (script) => {
        play(script, (run, before, events) => {
          const spent = cardOf(run).spentMinorByMonth;
          for (const amount of Object.values(spent)) expect(amount).toBeGreaterThan(0);
          for (const event of events) {
            if (event.type !== 'payment.authorized' || event.data.billingAmountMinor === 0)
              continue;
            const month = spent[monthOf(event.occurredAtMs)];
            expect(month).toBeLessThanOrEqual(before.limitMinor);
          }
        });
      }),
    );
  });

  it('has spent in each month what its payments hold, to the cent', () => {
    fc.assert(
      fc.property(steps, (script) => {
        const run = play(script, () => undefined);
        const held: Record<string, number> = {};
        for (const row of paymentsOf(run)) {
          const month = monthOf(row.occurredAtMs);
          const amount = heldOf(run, row.paymentId);
          if (amount > 0) held[month] = (held[month] ?? 0) + amount;
          if (['voided', 'expired'].includes(row.status)) expect(amount).toBe(0);
        }
        expect(cardOf(run).spentMinorByMonth).toEqual(held);
      }),
    );
  });

  it('leaves the rows that folding its events gives, versions without a gap', () => {
    fc.assert(
      fc.property(steps, (script) => {
        const run = play(script, () => undefined);
        const folded: CardRun = new AggregateRun(cardAggregate, 'card_1');
        folded.apply(...(JSON.parse(JSON.stringify(run.events)) as CardEvent[]));
        expect([...folded.rows]).toEqual([...run.rows]);
        expect(cardOf(run).version).toBe(run.events.length);
      }),
    );
  });

  it('is decided alike from rows that went through JSON', () => {
    fc.assert(
      fc.property(steps, command, (script, last) => {
        const run = play(script, () => undefined);
        const keys = cardAggregate.rowKeys('card_1', last);
        const rows = keys.map((key) => run.rows.get(key));
        const stored = rows.map((row) =>
          row === undefined ? row : (JSON.parse(JSON.stringify(row)) as CardStateRow),
        );
        expect(stored).toEqual(rows);
        const context = { aggregateId: 'card_1', nowMs: START_MS + days(20) };
        const decision = cardAggregate.decide(stored, last, context);
        expect(decision).toStrictEqual(cardAggregate.decide(rows, last, context));
      }),
    );
  });

  it('reaches every kind of event, so that the facts above are about something', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(steps, (script) => {
        play(script, (_run, _before, events) => {
          for (const { type } of events) seen.add(type);
        });
      }),
      { seed: 42, numRuns: 300 },
    );
    expect([...seen, 'card.opened'].sort()).toEqual(Object.keys(cardEventSchemas).sort());
  });
});
