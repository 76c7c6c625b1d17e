import { FaultCounter } from './fault-counts';
import { Link } from './link';

const link = (): Link => new Link('toClient', new FaultCounter(), 1_000);
const delaysOf = (seed: number): readonly number[] => {
  const delayed = link();
  delayed.delay({ ms: 100, jitterMs: 20, seed });
  return Array.from({ length: 200 }, () => delayed.nextDelayMs());
};

describe('the levers of one direction', () => {
  it('draw the same delays from the same seed, between ms and ms + jitterMs', () => {
    expect(delaysOf(3)).toEqual(delaysOf(3));
    expect(delaysOf(3)).not.toEqual(delaysOf(4));
    expect(Math.min(...delaysOf(3))).toBeGreaterThanOrEqual(100);
    expect(Math.max(...delaysOf(3))).toBeLessThanOrEqual(120);
  });

  it('grant the bandwidth in slices of 20 ms and are busy in between', () => {
    const slow = link();
    slow.bandwidth(10_000);
    expect(slow.busyMs(1_000)).toBe(0);
    expect(slow.claim(5_000, 1_000)).toBe(200);
    expect([slow.busyMs(1_000), slow.busyMs(1_019), slow.busyMs(1_020)]).toEqual([20, 1, 0]);
    expect(slow.claim(50, 1_020)).toBe(50);
    expect(slow.busyMs(1_020)).toBe(5);
  });

  it('grant one byte at least, however narrow the bandwidth', () => {
    const narrow = link();
    narrow.bandwidth(0.5);
    expect([narrow.claim(10, 0), narrow.busyMs(0)]).toEqual([1, 2_000]);
  });

  it('do not save up bandwidth that was not used', () => {
    const slow = link();
    slow.bandwidth(1_000);
    slow.claim(20, 0);
    slow.claim(20, 60_000);
    expect(slow.busyMs(60_000)).toBe(20);
  });

  it('grant everything at once when unlimited, also after a narrow time', () => {
    const healed = link();
    healed.bandwidth(1);
    healed.claim(10, 0);
    healed.heal();
    expect([healed.busyMs(0), healed.claim(1_000_000, 0), healed.busyMs(0)]).toEqual([
      0, 1_000_000, 0,
    ]);
  });
});
