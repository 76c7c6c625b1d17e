import fc from 'fast-check';
import { containsCardNumber } from './card-number';

// The networks' published test numbers; none belongs to a card.
const testNumbers = [
  '4111111111111111',
  '4222222222222',
  '5555555555554444',
  '2223003122003222',
  '378282246310005',
  '30569309025904',
  '6011111111111117',
  '3530111333300000',
  '6200000000000005',
  '6759649826438453',
];

describe('detector of card numbers', () => {
  it.each(testNumbers)('finds %s alone, in groups, in an id and in a sentence', (number) => {
    const groups = number.match(/.{1,4}/g) ?? [];
    for (const text of [
      number,
      groups.join(' '),
      groups.join('-'),
      groups.join('\u00a0'),
      `pay_${number}`,
      `card${number}x`,
      `paid on 2025-03-01 with ${groups.join(' ')} in Ghent`,
      `${number}-12`,
    ]) {
      expect([text, containsCardNumber(text)]).toEqual([text, true]);
    }
  });

  it('finds digits of other scripts', () => {
    expect(containsCardNumber('４１１１１１１１１１１１１１１１')).toBe(true);
  });

  it.each([
    '4111111111111112',
    '41111111111',
    '1111111111111117',
    '9999999999999995',
    '2025-03-01 10:00:00.000',
    '1740823200000000',
    '+32 470 12 34 56',
    'pay_585176',
    '4f1c9a52-4111-4111-8111-111111111111',
    'a4111111111111111bcdef0123456789',
    '',
  ])('lets %s through', (text) => {
    expect(containsCardNumber(text)).toBe(false);
  });

  it('lets every UUID through', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        expect(containsCardNumber(id)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('answers in time that grows with the text alone', () => {
    expect(containsCardNumber('1 '.repeat(50_000))).toBe(false);
    expect(containsCardNumber('1'.repeat(100_000))).toBe(false);
  });
});
