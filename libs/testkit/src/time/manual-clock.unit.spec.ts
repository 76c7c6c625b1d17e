import { at, days, hours, ManualClock, minutes, seconds } from './manual-clock';

describe('manual clock', () => {
  it('stands until it is moved, and never falls', () => {
    const clock = new ManualClock(at('2025-03-01T10:00:00Z'));
    expect(clock.nowMs()).toBe(1_740_823_200_000);
    clock.advanceMs(minutes(5));
    expect(clock.nowMs()).toBe(at('2025-03-01T10:05:00Z'));
    clock.setMs(at('2025-03-01T10:05:00Z'));
    expect(() => clock.advanceMs(-1)).toThrow(RangeError);
    expect(() => clock.setMs(at('2025-03-01T10:04:59.999Z'))).toThrow(RangeError);
    expect(() => clock.advanceMs(0.5)).toThrow(RangeError);
    expect(clock.nowMs()).toBe(at('2025-03-01T10:05:00Z'));
  });

  it('refuses a time that is none', () => {
    expect(() => at('2025-03-01 10:00')).toThrow(RangeError);
    expect(() => new ManualClock(Number.NaN)).toThrow(RangeError);
  });

  it('knows the lengths of time', () => {
    expect([seconds(60), minutes(60), hours(24), days(1)]).toEqual([
      minutes(1),
      hours(1),
      days(1),
      86_400_000,
    ]);
  });
});
