import { minorUnits } from '@millrace/payments';
import { at } from '@millrace/testkit';
import type { HandbookPayment } from './handbook-format';
import { ImportCommands, LABEL_DELAY_MS } from './import-commands';

const first = at('2018-04-01T00:00:31Z');

const payment = (change: Partial<HandbookPayment> = {}): HandbookPayment => ({
  transactionId: '0',
  occurredAtMs: first,
  customerId: '596',
  terminalId: '3156',
  amountMinor: minorUnits(5716),
  fraud: false,
  ...change,
});

const kinds = (items: readonly { readonly what: string }[]) => items.map(({ what }) => what);

describe('commands of an import', () => {
  it('open a card and a merchant once, at the first instant of the file, before the payment', () => {
    const commands = new ImportCommands();
    expect(kinds(commands.next(payment(), 2))).toEqual(['card', 'merchant', 'payment']);
    const later = payment({ transactionId: '1', customerId: '7', occurredAtMs: first + 5_000 });
    const items = commands.next(later, 3);
    expect(kinds(items)).toEqual(['card', 'payment']);
    expect(items[0]?.request).toMatchObject({
      aggregate: 'card',
      aggregateId: 'card_7',
      source: '/millrace/import',
      command: { currency: 'EUR', country: 'BE', limitMinor: 5_000_000, occurredAtMs: first },
    });
  });

  it('dispute a labelled payment seven days later, before a payment of that very instant', () => {
    const commands = new ImportCommands();
    commands.next(payment({ fraud: true }), 2);
    const due = first + LABEL_DELAY_MS;
    const before = payment({ transactionId: '1', occurredAtMs: due - 1 });
    expect(kinds(commands.next(before, 3))).toEqual(['payment']);
    const on = commands.next(payment({ transactionId: '2', occurredAtMs: due }), 4);
    expect(kinds(on)).toEqual(['dispute', 'payment']);
    expect(on[0]).toMatchObject({
      line: 2,
      request: { command: { paymentId: 'pay_0', reason: 'fraud', occurredAtMs: due } },
    });
  });

  it('give the labels that are due after the last payment at the end', () => {
    const commands = new ImportCommands();
    commands.next(payment({ fraud: true }), 2);
    expect(kinds(commands.rest())).toEqual(['dispute']);
    expect(commands.rest()).toEqual([]);
  });

  it('carry no command id: the payment id makes a repeat harmless', () => {
    const items = new ImportCommands().next(payment(), 2);
    expect(items.every(({ request }) => request.commandId === undefined)).toBe(true);
  });
});
