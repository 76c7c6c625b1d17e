import { SeededRandom } from './seeded-random';

const draw = (random: SeededRandom, count = 1_000) =>
  Array.from({ length: count }, () => random.next());

describe('seeded random', () => {
  it('gives the same numbers for the same seed, others for another', () => {
    expect(draw(new SeededRandom(42n))).toEqual(draw(new SeededRandom(42n)));
    expect(draw(new SeededRandom(42))).toEqual(draw(new SeededRandom('42')));
    expect(draw(new SeededRandom(43), 3)).not.toEqual(draw(new SeededRandom(42), 3));
  });

  it('is the same for ever: generated histories depend on it', () => {
    const random = new SeededRandom(42);
    const drawn = Array.from({ length: 4 }, () => random.uint32());
    expect(drawn).toMatchInlineSnapshot(`
[
  3415929203,
  220504180,
  3558445613,
  2371494402,
]
`);
  });

  it('splits by label alone, whatever was drawn before', () => {
    const fresh = new SeededRandom(1);
    const used = new SeededRandom(1);
    draw(used);
    expect(draw(used.split('a'))).toEqual(draw(fresh.split('a')));
    expect(draw(fresh.split('a'), 3)).not.toEqual(draw(fresh.split('b'), 3));
    expect(draw(fresh.split('a').split('b'), 3)).not.toEqual(draw(fresh.split('b').split('a'), 3));
  });

  it('is even: 100,000 draws in ten tenths, chi-squared below its 0.1 % bound', () => {
    const counts = new Array<number>(10).fill(0);
    for (const x of draw(new SeededRandom(7), 100_000)) {
      const tenth = Math.floor(x * 10);
      counts[tenth] = (counts[tenth] ?? 0) + 1;
    }
    const chiSquared = counts.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0);
    expect(chiSquared).toBeLessThan(27.88);
  });

  it('draws integers with both bounds', () => {
    const random = new SeededRandom(3);
    const drawn = new Set(Array.from({ length: 200 }, () => random.int(-1, 2)));
    expect([...drawn].sort()).toEqual([-1, 0, 1, 2]);
    expect(() => random.int(1, 0)).toThrow(RangeError);
    expect(() => random.pick([])).toThrow(RangeError);
  });

  it('has the means it says', () => {
    const random = new SeededRandom(5);
    const mean = (next: () => number) =>
      Array.from({ length: 20_000 }, next).reduce((a, b) => a + b, 0) / 20_000;
    expect(mean(() => random.exponential(50))).toBeCloseTo(50, -0.5);
    expect(mean(() => random.normal())).toBeCloseTo(0, 1);
    expect(mean(() => (random.chance(0.25) ? 1 : 0))).toBeCloseTo(0.25, 1);
  });

  it('shuffles without losing anything', () => {
    const items = Array.from({ length: 50 }, (_, n) => n);
    const shuffled = new SeededRandom(9).shuffle(items);
    expect(shuffled).not.toEqual(items);
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(items);
  });
});
