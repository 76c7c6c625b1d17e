import * as fc from 'fast-check';
import { sequenceGuard } from './sequence-guard';

describe('the sequence guard', () => {
  it.each([
    [4, 'version-repeated'],
    [5, 'version-repeated'],
    [6, 'ok'],
    [7, 'version-gap'],
  ] as const)('judges version %i after version 5 as %s', (version, verdict) => {
    expect(sequenceGuard({ lastVersion: 5, lastEpoch: 9 }, { version, writerEpoch: 9 })).toBe(
      verdict,
    );
  });

  it.each([
    [8, 'epoch-fell'],
    [9, 'ok'],
    [10, 'ok'],
  ] as const)('judges writer epoch %i after epoch 9 as %s', (writerEpoch, verdict) => {
    expect(sequenceGuard({ lastVersion: 5, lastEpoch: 9 }, { version: 6, writerEpoch })).toBe(
      verdict,
    );
  });

  it('wants version 1 first from who reads from the start, and takes any midway', () => {
    const next = { version: 2, writerEpoch: 0 };
    expect(sequenceGuard({ lastVersion: 0, lastEpoch: 0 }, next)).toBe('version-gap');
    expect(sequenceGuard({ lastVersion: undefined, lastEpoch: 0 }, next)).toBe('ok');
  });

  it('tells a fallen epoch whatever the version', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 1e9 }), (last, version, epoch) => {
        const seen = { lastVersion: last, lastEpoch: epoch };
        expect(sequenceGuard(seen, { version, writerEpoch: epoch - 1 })).toBe('epoch-fell');
      }),
    );
  });

  it('finds a record that was left out or doubled in any history', () => {
    const verdicts = (versions: readonly number[]) => {
      let lastVersion = 0;
      return versions.map((version) => {
        const verdict = sequenceGuard({ lastVersion, lastEpoch: 0 }, { version, writerEpoch: 0 });
        lastVersion = version;
        return verdict;
      });
    };
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 50 }), fc.nat(), (length, at) => {
        const sound = Array.from({ length }, (_, i) => i + 1);
        const index = at % (length - 1);
        expect(new Set(verdicts(sound))).toEqual(new Set(['ok']));
        expect(verdicts(sound.filter((_, i) => i !== index))).toContain('version-gap');
        const doubled = sound.flatMap((version, i) => (i === index ? [version, version] : version));
        expect(verdicts(doubled)).toContain('version-repeated');
      }),
    );
  });
});
