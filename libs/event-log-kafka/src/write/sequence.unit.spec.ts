import { sequenceAfter } from './sequence';

describe('the sequence of a partition', () => {
  it.each([
    [0, 1, 1],
    [5, 3, 8],
    [2 ** 31 - 3, 2, 2 ** 31 - 1],
    [2 ** 31 - 3, 3, 0],
    [2 ** 31 - 3, 4, 1],
    [2 ** 31 - 1, 1, 0],
  ])('after %i and %i records stands at %i', (sequence, count, next) => {
    expect(sequenceAfter(sequence, count)).toBe(next);
  });
});
