import { backoffMs, lingerMs, RateMeter } from './rate-meter';

describe('rate of a lane', () => {
  it('comes near a steady rate and fades when nothing comes', () => {
    const meter = new RateMeter(0);
    for (let atMs = 100; atMs <= 30_000; atMs += 100) meter.mark(20, atMs);
    expect(meter.perSecond(30_000)).toBeCloseTo(200, 0);
    expect(meter.perSecond(60_000)).toBeLessThan(1);
  });
});

describe('linger', () => {
  it.each([
    [0, 0],
    [39, 0],
    [40, 10],
    [999, 249],
    [1_000, 250],
    [50_000, 250],
  ])('at %d records/s is %d ms', (rate, expected) => {
    expect(lingerMs(rate, 250)).toBe(expected);
  });
});

describe('back-off', () => {
  const bounds = { minMs: 1_000, maxMs: 30_000 };
  it.each([
    [0, 0, 500],
    [0, 0.999_999, 999],
    [1, 0, 1_000],
    [4, 0, 8_000],
    [5, 0, 15_000],
    [1_000, 0, 15_000],
  ])('after %d tries and chance %d is %d ms', (attempt, chance, expected) => {
    expect(backoffMs(attempt, bounds, () => chance)).toBe(expected);
  });
});
