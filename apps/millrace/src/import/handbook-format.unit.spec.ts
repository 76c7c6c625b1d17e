import { HANDBOOK_COLUMNS, headerTrouble, parseHandbookLine } from './handbook-format';

const line = (change: Partial<Record<(typeof HANDBOOK_COLUMNS)[number], string>> = {}): string =>
  HANDBOOK_COLUMNS.map(
    (column) =>
      ({
        transaction_id: '17',
        tx_datetime: '2018-04-01 00:00:31',
        customer_id: '596',
        terminal_id: '3156',
        tx_amount: '57.16',
        tx_fraud: '0',
        tx_fraud_scenario: '0',
        ...change,
      })[column],
  ).join(',');

const amountOf = (text: string): number | string => {
  const parsed = parseHandbookLine(line({ tx_amount: text }));
  return parsed.kind === 'payment' ? parsed.payment.amountMinor : parsed.reason;
};

describe('a line of the handbook', () => {
  it('is a payment in UTC and cents', () => {
    expect(parseHandbookLine(line({ tx_fraud: '1' }))).toEqual({
      kind: 'payment',
      payment: {
        transactionId: '17',
        occurredAtMs: Date.UTC(2018, 3, 1, 0, 0, 31),
        customerId: '596',
        terminalId: '3156',
        amountMinor: 5716,
        fraud: true,
      },
    });
  });

  it.each([
    ['85.64999999999999', 8565],
    ['0.00', 0],
    ['0', 0],
    ['1039.3000000000002', 103930],
    ['0.29', 29],
    ['10.0000000009', 1000],
    ['10.000000002', 'tx_amount has a fraction of a cent'],
    ['10.005', 'tx_amount has a fraction of a cent'],
    ['-0.01', 'tx_amount is negative'],
    ['', 'tx_amount is not a decimal number'],
    ['NaN', 'tx_amount is not a decimal number'],
    ['1e400', 'tx_amount is not a decimal number'],
    ['0x10', 'tx_amount is not a decimal number'],
    [' 1', 'tx_amount is not a decimal number'],
  ])('reads the amount %p as %p', (text, expected) => {
    expect(amountOf(text)).toBe(expected);
  });

  it.each([
    '2018-04-31 00:00:00',
    '2018-02-29 00:00:00',
    '2018-13-01 00:00:00',
    '2018-04-01 24:00:00',
    '2018-04-01 00:60:00',
    '2018-04-01T00:00:00',
    '2018-4-1 0:0:0',
    '',
  ])('refuses the time %p', (text) => {
    expect(parseHandbookLine(line({ tx_datetime: text }))).toEqual({
      kind: 'refused',
      reason: 'tx_datetime is not YYYY-MM-DD HH:MM:SS',
    });
  });

  it.each([
    ['transaction_id', 'x', 'transaction_id is not a number'],
    ['customer_id', '', 'customer_id is not a number'],
    ['terminal_id', '-1', 'terminal_id is not a number'],
    ['tx_fraud', '2', 'tx_fraud is neither 0 nor 1'],
    ['tx_fraud_scenario', 'a', 'tx_fraud_scenario is not a number'],
  ] as const)('refuses %s %p', (column, text, reason) => {
    expect(parseHandbookLine(line({ [column]: text }))).toEqual({ kind: 'refused', reason });
  });

  it('has seven fields, not six and not eight', () => {
    const fields = line().split(',');
    expect(parseHandbookLine(fields.slice(1).join(','))).toMatchObject({ kind: 'refused' });
    expect(parseHandbookLine([...fields, '0'].join(','))).toMatchObject({ kind: 'refused' });
  });
});

describe('the header', () => {
  it('is taken as it should be, also behind a byte order mark', () => {
    expect(headerTrouble(HANDBOOK_COLUMNS.join(','))).toBeUndefined();
    expect(headerTrouble(`\uFEFF${HANDBOOK_COLUMNS.join(',')}`)).toBeUndefined();
  });

  it('is refused with what is unknown, missing or out of order', () => {
    expect(headerTrouble([...HANDBOOK_COLUMNS, 'cvv'].join(','))).toContain('unknown columns: cvv');
    expect(headerTrouble(HANDBOOK_COLUMNS.slice(1).join(','))).toContain(
      'missing columns: transaction_id',
    );
    expect(headerTrouble([...HANDBOOK_COLUMNS].reverse().join(','))).toContain('another order');
  });
});
