import {
  type TransactionState,
  transactionAfter,
  type WriterState,
  writerAfter,
} from './writer-state';

const writerStates: readonly WriterState[] = [
  'idle',
  'open',
  'fenced',
  'in-doubt',
  'spent',
  'closed',
];

const transactionStates: readonly TransactionState[] = [
  'open',
  'refused',
  'failed',
  'ending',
  'ended',
];

/** Every pair of states, and whether the second may follow the first. */
const pairs = <S>(states: readonly S[], allowed: readonly string[]) =>
  states.flatMap((from) =>
    states.map((to) => [from, to, allowed.includes(`${from} > ${to}`)] as const),
  );

describe('a writer', () => {
  const allowed = [
    'idle > open',
    'idle > closed',
    'open > idle',
    'open > fenced',
    'open > in-doubt',
    'open > spent',
    'open > closed',
    'fenced > closed',
    'in-doubt > closed',
    'spent > closed',
  ];

  it.each(pairs(writerStates, allowed))('that is %s, asked to be %s: %s', (from, to, may) => {
    expect(writerAfter(from, to)).toBe(may ? to : from);
  });
});

describe('a transaction', () => {
  const allowed = [
    'open > refused',
    'open > failed',
    'open > ending',
    'refused > failed',
    'refused > ending',
    'failed > ending',
    'failed > ended',
    'ending > failed',
    'ending > ended',
  ];

  it.each(pairs(transactionStates, allowed))('that is %s, asked to be %s: %s', (from, to, may) => {
    expect(transactionAfter(from, to)).toBe(may ? to : from);
  });
});
