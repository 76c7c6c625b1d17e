import fc from 'fast-check';
import {
  currencyCodes,
  currencyExponent,
  isKnownCurrency,
  isTransactableCurrency,
} from './currencies';
import { formatDecimalAmount, parseDecimalAmount } from './decimal-amount';
import {
  addMinor,
  isMinorUnits,
  type MinorUnits,
  minorUnits,
  shareUpTo,
  subtractMinor,
} from './minor-units';

const MAX = Number.MAX_SAFE_INTEGER;

describe('minor units', () => {
  it('are safe integers from zero on', () => {
    for (const value of [0, 1, MAX]) expect(isMinorUnits(value)).toBe(true);
    for (const value of [-1, -0, 0.5, MAX + 1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(isMinorUnits(value)).toBe(false);
      expect(() => minorUnits(value)).toThrow(RangeError);
    }
  });

  it('have no sum beyond a safe integer and no difference below zero', () => {
    expect(addMinor(minorUnits(MAX - 1), minorUnits(1))).toBe(MAX);
    expect(addMinor(minorUnits(MAX), minorUnits(1))).toBeUndefined();
    expect(() => subtractMinor(minorUnits(1), minorUnits(2))).toThrow(RangeError);
  });
});

describe('share of a billing amount', () => {
  it('is exact where the product is beyond a safe integer', () => {
    const proportion = { total: minorUnits(MAX), whole: minorUnits(MAX - 1) };
    expect(shareUpTo(proportion, minorUnits(MAX - 2))).toBe(MAX - 2);
    expect(() => shareUpTo(proportion, minorUnits(MAX))).toThrow(RangeError);
  });

  it('adds up to the total whatever the cut, and never falls', () => {
    const amount = fc.integer({ min: 0, max: MAX }).map(minorUnits);
    const small = fc.integer({ min: 0, max: 1_000 }).map(minorUnits);
    const whole = fc.oneof(amount, small);
    fc.assert(
      fc.property(
        whole,
        whole,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        (total, of, cuts) => {
          const parts = cuts.map((cut) => minorUnits(Math.floor(cut * of))).sort((a, b) => a - b);
          let billed = 0;
          let last: MinorUnits = minorUnits(0);
          for (const part of [...parts, of]) {
            const share = shareUpTo({ total, whole: of }, part);
            billed += subtractMinor(share, last);
            last = share;
          }
          expect(billed).toBe(total);
        },
      ),
    );
  });
});

describe('currencies', () => {
  it.each([
    ['JPY', 0],
    ['KRW', 0],
    ['ISK', 0],
    ['EUR', 2],
    ['USD', 2],
    ['HUF', 2],
    ['XCG', 2],
    ['KWD', 3],
    ['BHD', 3],
    ['CLF', 4],
    ['UYW', 4],
  ])('%s has %d decimals', (code, exponent) => {
    expect(currencyExponent(code)).toBe(exponent);
    expect(isTransactableCurrency(code)).toBe(true);
  });

  it('without a minor unit are known, and nobody can pay in them', () => {
    for (const code of ['XAU', 'XAG', 'XDR', 'XXX', 'XTS']) {
      expect([isKnownCurrency(code), isTransactableCurrency(code)]).toEqual([true, false]);
    }
  });

  it('are listed once each; lower case, old and invented codes are unknown', () => {
    expect(new Set(currencyCodes).size).toBe(currencyCodes.length);
    expect(currencyCodes.every((code) => /^[A-Z]{3}$/.test(code))).toBe(true);
    for (const code of ['eur', 'DEM', 'ZZZ', '', 'constructor']) {
      expect([isKnownCurrency(code), isTransactableCurrency(code)]).toEqual([false, false]);
    }
  });
});

describe('decimal amounts', () => {
  it.each([
    ['57.16', 'EUR', 5_716],
    ['146.0', 'EUR', 14_600],
    ['0', 'EUR', 0],
    ['0.00', 'EUR', 0],
    ['85.64999999999999', 'EUR', 8_565],
    ['85.65000000000001', 'EUR', 8_565],
    ['0.99999999999', 'JPY', 1],
    ['1.234', 'KWD', 1_234],
    ['90071992547409.91', 'EUR', MAX],
  ])('%s %s is %d minor units', (text, currency, minor) => {
    expect(parseDecimalAmount(text, currency)).toBe(minor);
  });

  it.each([
    ['1.005', 'EUR'],
    ['1.00000001', 'EUR'],
    ['1.99999999', 'EUR'],
    ['1.5', 'JPY'],
    ['-1', 'EUR'],
    ['1e3', 'EUR'],
    ['1,5', 'EUR'],
    ['.5', 'EUR'],
    ['', 'EUR'],
    [' 1', 'EUR'],
    ['NaN', 'EUR'],
    ['90071992547409.92', 'EUR'],
    ['1', 'XAU'],
    ['1', 'ZZZ'],
  ])('%s %s is no amount', (text, currency) => {
    expect(parseDecimalAmount(text, currency)).toBeUndefined();
  });

  it('are read as they are written', () => {
    const currency = fc.constantFrom('EUR', 'JPY', 'KWD', 'CLF');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX }), currency, (minor, code) => {
        expect(parseDecimalAmount(formatDecimalAmount(minor, code), code)).toBe(minor);
      }),
    );
    expect(formatDecimalAmount(5, 'EUR')).toBe('0.05');
    expect(formatDecimalAmount(-1_240_000, 'EUR')).toBe('-12400.00');
  });
});
