import { DemoClock } from './demo-clock';

describe('the clock of the demo', () => {
  it('stands still until it is set or runs', () => {
    let elapsed = 0;
    const clock = new DemoClock(1_000, () => elapsed);
    elapsed = 500;
    expect(clock.nowMs()).toBe(1_000);
    clock.advanceTo(4_000);
    expect(clock.nowMs()).toBe(4_000);
  });

  it('never falls', () => {
    const clock = new DemoClock(1_000, () => 0);
    clock.advanceTo(999);
    expect(clock.nowMs()).toBe(1_000);
  });

  it('follows real time once it runs, also after it was set forward', () => {
    let elapsed = 100;
    const clock = new DemoClock(1_000, () => elapsed);
    clock.run();
    elapsed = 150;
    expect(clock.nowMs()).toBe(1_050);
    clock.advanceTo(2_000);
    elapsed = 160;
    expect(clock.nowMs()).toBe(2_010);
  });
});
