import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AggregateRun,
  authorize,
  capture,
  cardOpened,
  days,
  declined,
  dispute,
  refund,
  voidPayment,
} from '@millrace/testkit';
import { cardAggregate } from './card-aggregate';
import type { CardCommand } from './card-commands';
import type { CardEvent } from './card-events';
import type { CardStateRow } from './card-rows';
import {
  allowsAct,
  type PaymentAct,
  type PaymentStatus,
  paymentActs,
  paymentLifeCycle,
  paymentLifeCycleMermaid,
  paymentStatuses,
  statusAfter,
} from './payment-life-cycle';

type CardRun = AggregateRun<CardCommand, CardEvent, CardStateRow>;

/** How a payment comes into each state: 10.00, by hand, half of it captured where captured. */
const pathTo: Readonly<Record<PaymentStatus, readonly CardCommand[]>> = {
  authorized: [authorize()],
  captured: [authorize(), capture(500)],
  refunded: [authorize(), capture(500), refund(500)],
  voided: [authorize(), voidPayment()],
  expired: [authorize(), { type: 'expire-payment', paymentId: 'pay_1' }],
  'charged-back': [authorize(), dispute({ reason: 'other' })],
  declined: [authorize({ amountMinor: 100_001 })],
};

const commandFor: Readonly<Record<PaymentAct, CardCommand>> = {
  capture: capture(100),
  void: voidPayment(),
  expire: { type: 'expire-payment', paymentId: 'pay_1' },
  refund: refund(100),
  dispute: dispute(),
};

const dueMs = days(7);

const paymentAt = (status: PaymentStatus): CardRun => {
  const run: CardRun = new AggregateRun(cardAggregate, 'card_1');
  run.apply(cardOpened());
  for (const command of pathTo[status]) {
    run.run(command, command.type === 'expire-payment' ? dueMs : 0);
  }
  return run;
};

const statusOf = (run: CardRun): unknown => {
  const row = run.rows.get('card_1/pay_1');
  return row?.kind === 'payment' ? row.status : undefined;
};

const pairs = paymentStatuses.flatMap((status) =>
  paymentActs.map((act) => ({ status, act, allowed: allowsAct(status, act) })),
);

describe('life cycle of a payment', () => {
  it.each(paymentStatuses)('reaches %s', (status) => {
    expect(statusOf(paymentAt(status))).toBe(status);
  });

  it.each(pairs)('$status, $act: allowed is $allowed', ({ status, act, allowed }) => {
    const run = paymentAt(status);
    const decision = run.run(commandFor[act], act === 'expire' ? dueMs : 1);
    expect(decision.kind === 'accepted').toBe(allowed);
    const table: Readonly<Record<string, readonly string[]>> = paymentLifeCycle[status];
    expect(allowed ? table[act] : [status]).toContain(statusOf(run));
  });

  it('refuses in the fold what the table does not know', () => {
    expect(() => statusAfter('voided', 'capture', true)).toThrow('no capture of a payment');
    const row = cardAggregate.fold([undefined], cardOpened(), 1);
    const rows = cardAggregate.fold([row[0], undefined], declined(), 2);
    const refunded = { ...declined(), type: 'payment.refunded' } as unknown as CardEvent;
    expect(() => cardAggregate.fold(rows, refunded, 3)).toThrow(RangeError);
  });

  it('is drawn in the README as the table has it', () => {
    const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8');
    expect(readme).toContain(`\`\`\`mermaid\n${paymentLifeCycleMermaid()}\`\`\`\n`);
  });

  it('draws every edge of the table once', () => {
    const drawing = paymentLifeCycleMermaid();
    const edges = pairs.flatMap(({ status, act }) => {
      const table: Readonly<Record<string, readonly string[]>> = paymentLifeCycle[status];
      return (table[act] ?? []).map((to) => `${status} --> ${to}: ${act}`.replace(/d-b/g, 'd_b'));
    });
    for (const edge of edges) expect(drawing.split(`  ${edge}\n`)).toHaveLength(2);
    expect(drawing.match(/-->/g)).toHaveLength(edges.length + 3 + 4);
  });
});
