import fc from 'fast-check';
import { murmur2 } from './murmur2';
import { partitionFor } from './partitioner';

const vectors: readonly (readonly [string, number])[] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
];

describe('murmur2', () => {
  it.each(vectors)('hashes %s as the Java client does', (text, hash) => {
    expect(murmur2(Buffer.from(text, 'utf8'))).toBe(hash);
  });
});

describe('partitionFor', () => {
  it.each(vectors)('places %s by the positive part of its hash', (text, hash) => {
    expect(partitionFor(text, 48)).toBe((hash & 0x7fffffff) % 48);
  });

  it('places any text by the hash of its UTF-8 bytes, short or long, ASCII or not', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ minLength: 250, maxLength: 262 })),
        fc.integer({ min: 1, max: 1000 }),
        (key, partitions) => {
          const expected = (murmur2(Buffer.from(key, 'utf8')) & 0x7fffffff) % partitions;
          return partitionFor(key, partitions) === expected;
        },
      ),
    );
  });
});
