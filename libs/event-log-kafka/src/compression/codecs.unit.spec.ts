import fc from 'fast-check';
import { compressFrameSync } from 'lz4-napi';
import { compressSync } from 'snappy';
import { type CompressionCodec, codecById, compressionCodec, prepareCompression } from './codecs';
import {
  BatchTooLargeError,
  CompressionFailedError,
  CompressionUnknownError,
} from './compression.errors';

const names = ['gzip', 'snappy', 'lz4', 'zstd'] as const;
const codecOf = (name: (typeof names)[number]) => {
  const codec = compressionCodec(name);
  if (codec === undefined) throw new Error(name);
  return codec;
};
const LIMIT = 67_108_864;

/** Bytes that compress a little, the same each time. */
const noise = (length: number): Buffer => {
  const bytes = Buffer.alloc(length);
  let state = 42;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[i] = i % 3 === 0 ? 7 : state >>> 24;
  }
  return bytes;
};

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

describe.each(names)('compression by %s', (name) => {
  beforeAll(prepareCompression);
  const compress = (bytes: Buffer) => codecOf(name).compress(bytes);
  const decompress = (bytes: Buffer, limitBytes = LIMIT) =>
    codecOf(name).decompress(bytes, limitBytes);

  it.each([0, 1, 100, 32_767, 32_768, 32_769, 65_536, 65_537, 700_000])(
    'gives back %i bytes, of any kind',
    (length) => {
      for (const bytes of [Buffer.alloc(length, 'a repeated text '), noise(length)]) {
        expect(decompress(compress(bytes)).equals(bytes)).toBe(true);
      }
    },
  );

  it('may give exactly the limit, and not one byte more', () => {
    for (const bytes of [Buffer.alloc(100_000), noise(100_000)]) {
      const compressed = compress(bytes);
      expect(decompress(compressed, 100_000).length).toBe(100_000);
      expect(() => decompress(compressed, 99_999)).toThrow(BatchTooLargeError);
    }
  });

  it('does not take the memory for what is above the limit', () => {
    const bomb = compress(Buffer.alloc(80_000_000));
    const before = process.memoryUsage().rss;
    expect(() => decompress(bomb, 1_000_000)).toThrow(BatchTooLargeError);
    expect(process.memoryUsage().rss - before).toBeLessThan(40_000_000);
  });

  it('names bytes that are not its own', () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('no'), noise(1_000), Buffer.alloc(50, 255)]) {
      expect(() => decompress(bytes)).toThrow(CompressionFailedError);
    }
  });

  it('names bytes that end too early', () => {
    const compressed = compress(noise(70_000));
    const step = Math.ceil(compressed.length / 200);
    for (let length = 0; length < compressed.length; length += step) {
      // Framed snappy that ends between two blocks cannot be told from a shorter one.
      if (name === 'snappy' && (length === 0 || isBetweenBlocks(compressed, length))) continue;
      expect(() => decompress(compressed.subarray(0, length))).toThrow(CompressionFailedError);
    }
    expect(() => decompress(compressed.subarray(0, -1))).toThrow(CompressionFailedError);
  });

  it('gives bytes within the limit or a named error, whatever was changed', () => {
    const compressed = compress(noise(20_000));
    const change = fc.record({ at: fc.nat(), byte: fc.nat({ max: 255 }) });
    const changes = fc.array(change, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(changes, fc.boolean(), (list, inHead) => {
        const bytes = Buffer.from(compressed);
        for (const { at, byte } of list) bytes[at % (inHead ? 24 : bytes.length)] = byte;
        try {
          return decompress(bytes, 1_000_000).length <= 1_000_000;
        } catch (error) {
          return error instanceof CompressionFailedError || error instanceof BatchTooLargeError;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is found by its number and by its name', () => {
    const codec = codecOf(name);
    expect(codecById(codec.id)).toBe(codec);
    expect(codec).toMatchObject({ name, id: names.indexOf(name) + 1 });
  });
});

const isBetweenBlocks = (compressed: Buffer, length: number): boolean => {
  let at = 16;
  while (at < length) at += 4 + compressed.readInt32BE(at);
  return at === length;
};

describe('compressions', () => {
  it('have a name for none', () => {
    expect(compressionCodec('none')).toBeUndefined();
  });

  it('are not ready before they are prepared', () => {
    jest.isolateModules(() => {
      const fresh: { zstdCodec: CompressionCodec } = jest.requireActual('./zstd-codec');
      expect(() => fresh.zstdCodec.compress(Buffer.from('x'))).toThrow('was not awaited');
    });
  });

  it.each([0, 5, 6, 7])('that are unknown are named: %i', (id) => {
    expect(() => codecById(id)).toThrow(CompressionUnknownError);
  });
});

describe('snappy of other clients', () => {
  const { decompress } = codecOf('snappy');
  const bytes = noise(100_000);

  it('may be one raw block', () => {
    expect(decompress(compressSync(bytes), LIMIT).equals(bytes)).toBe(true);
    expect(() => decompress(compressSync(bytes), 99_999)).toThrow(BatchTooLargeError);
  });

  it('may be streams that were joined', () => {
    const framed = codecOf('snappy').compress(bytes);
    const both = decompress(Buffer.concat([framed, framed]), LIMIT);
    expect(both.equals(Buffer.concat([bytes, bytes]))).toBe(true);
  });

  it('is not believed when a block says that it holds 4 GiB', () => {
    const lie = Buffer.concat([Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]), Buffer.from('abc')]);
    expect(() => decompress(lie, LIMIT)).toThrow(BatchTooLargeError);
  });
});

describe('lz4 of other clients', () => {
  const { decompress } = codecOf('lz4');
  const bytes = noise(300_000);

  it('may have checksums', () => {
    const options = { contentChecksum: true, blockChecksums: true };
    const frame = compressFrameSync(bytes, options);
    expect(decompress(frame, LIMIT).equals(bytes)).toBe(true);
    frame.writeUInt8(frame.readUInt8(frame.length - 1) ^ 1, frame.length - 1);
    expect(() => decompress(frame, LIMIT)).toThrow(CompressionFailedError);
  });

  it('may have many small blocks of which each could hold 4 MiB', () => {
    const blocks = Array.from({ length: 40 }, () => {
      const literals = Buffer.concat([
        Buffer.from([0xf0, 255, 255, 255, 15]),
        Buffer.alloc(795, 'x'),
      ]);
      return Buffer.concat([u32(literals.length), literals]);
    });
    const head = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0x73]);
    const frame = Buffer.concat([head, ...blocks, u32(0)]);
    const wanted = Buffer.alloc(40 * 795, 'x');
    expect(decompress(frame, 40 * 795).equals(wanted)).toBe(true);
    expect(decompress(frame, LIMIT).equals(wanted)).toBe(true);
    expect(() => decompress(frame, 40 * 795 - 1)).toThrow(BatchTooLargeError);
  });
});

describe('zstd of other clients', () => {
  beforeAll(prepareCompression);
  const decompress = (bytes: Buffer, limitBytes = LIMIT) =>
    codecOf('zstd').decompress(bytes, limitBytes);

  const MAGIC = u32(0xfd2fb528);
  const block = (kind: { last: boolean; type: number; size: number }, content: Buffer) => {
    const head = Buffer.alloc(3);
    head.writeUIntLE((kind.last ? 1 : 0) | (kind.type << 1) | (kind.size << 3), 0, 3);
    return Buffer.concat([head, content]);
  };
  const run = (size: number, last: boolean) => block({ last, type: 1, size }, Buffer.from('x'));
  /** As a stream writes it: a window of 2 MiB, and no word of how much it holds. */
  const streamed = (...blocks: readonly Buffer[]) =>
    Buffer.concat([MAGIC, Buffer.from([0, 0x58]), ...blocks]);

  it('need not say how much it holds', () => {
    const frame = streamed(run(131_072, false), run(1_000, true));
    expect(decompress(frame).equals(Buffer.alloc(132_072, 'x'))).toBe(true);
    expect(decompress(frame, 132_072).length).toBe(132_072);
    expect(() => decompress(frame, 132_071)).toThrow(BatchTooLargeError);
  });

  it('may be several frames, with others between that are to be skipped', () => {
    const skipped = Buffer.concat([u32(0x184d2a53), u32(5), Buffer.from('notes')]);
    const first = codecOf('zstd').compress(Buffer.from('first, '));
    const second = streamed(run(3, true));
    const all = Buffer.concat([skipped, first, skipped, second, skipped]);
    expect(decompress(all).toString()).toBe('first, xxx');
    expect(() => decompress(all, 9)).toThrow(BatchTooLargeError);
  });

  it.each([2 ** 31 - 1, 2 ** 32 - 2, 2 ** 32 - 1, 2 ** 40 + 100])(
    'is not believed when it says that it holds %i bytes',
    (contentBytes) => {
      const size = Buffer.alloc(8);
      size.writeBigUInt64LE(BigInt(contentBytes));
      const frame = Buffer.concat([MAGIC, Buffer.from([0xc0, 0x58]), size, run(100, true)]);
      expect(() => decompress(frame)).toThrow(BatchTooLargeError);
      expect(decompress(streamed(run(3, true))).toString()).toBe('xxx');
    },
  );

  it('is damaged when it holds another number of bytes than it says', () => {
    const frame = Buffer.concat([MAGIC, Buffer.from([0x20, 50]), run(100, true)]);
    expect(() => decompress(frame)).toThrow(CompressionFailedError);
    expect(() => decompress(frame, 60)).toThrow(CompressionFailedError);
  });

  it('is damaged when it has a block of a kind that does not exist', () => {
    const frame = streamed(block({ last: true, type: 3, size: 1 }, Buffer.from('x')));
    expect(() => decompress(frame)).toThrow(CompressionFailedError);
  });
});
