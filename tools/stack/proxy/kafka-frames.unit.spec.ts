import { SeededRandom } from '@millrace/testkit';
import { type FramePart, FrameSplitter } from './kafka-frames';

const frame = (content: string): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(content.length);
  return Buffer.concat([length, Buffer.from(content)]);
};

const shown = (parts: readonly FramePart[]): readonly string[] =>
  parts.map((part) => (part.kind === 'end' ? 'end' : `${part.kind} ${part.bytes.toString()}`));

describe('the splitter of Kafka frames', () => {
  it('gives the head of a frame together, its body as it arrives, and its end', () => {
    const splitter = new FrameSplitter(3);
    const bytes = frame('abcdefgh');
    expect(shown(splitter.push(bytes.subarray(0, 6)))).toEqual([]);
    expect(shown(splitter.push(bytes.subarray(6, 9)))).toEqual(['head \0\0\0\x08abc', 'body de']);
    expect(shown(splitter.push(bytes.subarray(9)))).toEqual(['body fgh', 'end']);
  });

  it('takes frames shorter than the head, empty ones too', () => {
    const bytes = Buffer.concat([frame(''), frame('ab'), frame('abc'), frame('abcd')]);
    expect(shown(new FrameSplitter(3).push(bytes))).toEqual([
      'head \0\0\0\0',
      'end',
      'head \0\0\0\x02ab',
      'end',
      'head \0\0\0\x03abc',
      'end',
      'head \0\0\0\x04abc',
      'body d',
      'end',
    ]);
  });

  it('gives back every byte once, wherever the stream is cut', () => {
    const random = new SeededRandom('frames');
    for (let run = 0; run < 200; run += 1) {
      const frames = Array.from({ length: 20 }, () => frame('x'.repeat(random.int(0, 30))));
      const stream = Buffer.concat(frames);
      const splitter = new FrameSplitter(8);
      const parts: FramePart[] = [];
      for (let at = 0; at < stream.length; ) {
        const next = at + random.int(1, 25);
        parts.push(...splitter.push(stream.subarray(at, next)));
        at = next;
      }
      const bytes = parts.flatMap((part) => (part.kind === 'end' ? [] : [part.bytes]));
      expect(Buffer.concat(bytes)).toEqual(stream);
      expect(parts.filter(({ kind }) => kind === 'head').length).toBe(frames.length);
      expect(parts.filter(({ kind }) => kind === 'end').length).toBe(frames.length);
    }
  });

  it.each([
    ['TLS', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01])],
    ['a negative length', Buffer.from([0xff, 0xff, 0xff, 0xff, 0x00])],
  ])('passes a stream that is not Kafka as one body: %s', (_, bytes) => {
    const splitter = new FrameSplitter(8);
    const parts = [...splitter.push(bytes), ...splitter.push(frame('abcdefgh'))];
    expect(new Set(parts.map(({ kind }) => kind))).toEqual(new Set(['body']));
    const passed = parts.flatMap((part) => (part.kind === 'end' ? [] : [part.bytes]));
    expect(Buffer.concat(passed)).toEqual(Buffer.concat([bytes, frame('abcdefgh')]));
  });
});
