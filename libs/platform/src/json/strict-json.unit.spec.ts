import fc from 'fast-check';
import { parseStrictJson } from './strict-json';

const DEPTH = 32;
const parse = (text: string) => parseStrictJson(Buffer.from(text, 'utf8'), DEPTH);
const codeOf = (text: string | Uint8Array): string => {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
  const result = parseStrictJson(bytes, DEPTH);
  return result.ok ? 'ok' : result.refusal.code;
};

const accepted = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '-1',
  '1.5',
  '1e3',
  '1E+3',
  '1e-400',
  '0.1',
  '9007199254740991',
  '-9007199254740991',
  '""',
  '"\\"\\\\\\/\\b\\f\\n\\r\\t"',
  '"\\u0041\\u00e9"',
  '"\\ud83d\\ude00"',
  '"😀"',
  '"\u2028\u2029"',
  '"\u007f"',
  '"＜script＞ \u202egnp.exe ­ Ω≈ç√∫˜µ≤≥÷ 社會科學院 הָיְתָה ﷽ Z̮̞̠͙͔ͅ"',
  '"DROP TABLE payments;--"',
  '[]',
  '[ ]',
  '{}',
  ' \t\r\n{ "a" : [ 1 , 2 ] } \n',
  '{"":0}',
  '{"a":{"a":1},"b":{"a":1}}',
  '{"a":1,"A":2}',
  '{"toString":1,"then":2,"hasOwnProperty":3}',
  '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]',
];

const refused: readonly (readonly [string, string])[] = [
  ['', 'JSON_EMPTY'],
  [' \n', 'JSON_EMPTY'],
  ['\ufeff{}', 'JSON_BYTE_ORDER_MARK'],
  ['{}{}', 'JSON_TRAILING_BYTES'],
  ['{}\n{}', 'JSON_TRAILING_BYTES'],
  ['1 2', 'JSON_TRAILING_BYTES'],
  ['[1]]', 'JSON_TRAILING_BYTES'],
  ['{}\u0000', 'JSON_TRAILING_BYTES'],
  ['nul', 'JSON_SYNTAX'],
  ['True', 'JSON_SYNTAX'],
  ['NaN', 'JSON_SYNTAX'],
  ['Infinity', 'JSON_SYNTAX'],
  ['-', 'JSON_SYNTAX'],
  ['+1', 'JSON_SYNTAX'],
  ['.5', 'JSON_SYNTAX'],
  ['01', 'JSON_TRAILING_BYTES'],
  ['1.', 'JSON_TRAILING_BYTES'],
  ['1e', 'JSON_TRAILING_BYTES'],
  ['0x10', 'JSON_TRAILING_BYTES'],
  ['[1,]', 'JSON_SYNTAX'],
  ['[,1]', 'JSON_SYNTAX'],
  ['[1 2]', 'JSON_SYNTAX'],
  ['[1', 'JSON_SYNTAX'],
  ['{"a"}', 'JSON_SYNTAX'],
  ['{"a":}', 'JSON_SYNTAX'],
  ['{"a":1,}', 'JSON_SYNTAX'],
  ['{a:1}', 'JSON_SYNTAX'],
  ["{'a':1}", 'JSON_SYNTAX'],
  ['{"a":1', 'JSON_SYNTAX'],
  ['{"a" 1}', 'JSON_SYNTAX'],
  ['{1:1}', 'JSON_SYNTAX'],
  ['"a', 'JSON_SYNTAX'],
  ['"\\', 'JSON_SYNTAX'],
  ['"\\x41"', 'JSON_SYNTAX'],
  ['"\\u00g0"', 'JSON_SYNTAX'],
  ['"\\u00"', 'JSON_SYNTAX'],
  ['"a\tb"', 'JSON_SYNTAX'],
  ['"a\u0000b"', 'JSON_SYNTAX'],
  ['"a\nb"', 'JSON_SYNTAX'],
  ['/* c */ 1', 'JSON_SYNTAX'],
  ['[1] // c', 'JSON_TRAILING_BYTES'],
  ['\u00a0{}', 'JSON_SYNTAX'],
  ['{"a":1,"a":1}', 'JSON_DUPLICATE_KEY'],
  ['{"a":1,"\\u0061":2}', 'JSON_DUPLICATE_KEY'],
  ['[{"x":{"a":1,"b":2,"a":3}}]', 'JSON_DUPLICATE_KEY'],
  ['{"__proto__":{"admin":true}}', 'JSON_FORBIDDEN_KEY'],
  ['{"\\u005f_proto__":1}', 'JSON_FORBIDDEN_KEY'],
  ['{"a":{"constructor":{"prototype":1}}}', 'JSON_FORBIDDEN_KEY'],
  ['{"prototype":1}', 'JSON_FORBIDDEN_KEY'],
  ['9007199254740992', 'JSON_NUMBER_OUT_OF_RANGE'],
  ['-9007199254740992', 'JSON_NUMBER_OUT_OF_RANGE'],
  ['1234567890123456789', 'JSON_NUMBER_OUT_OF_RANGE'],
  ['9007199254740993.0', 'JSON_NUMBER_OUT_OF_RANGE'],
  ['1e400', 'JSON_NUMBER_OUT_OF_RANGE'],
  ['-1e400', 'JSON_NUMBER_OUT_OF_RANGE'],
  ['1e300', 'JSON_NUMBER_OUT_OF_RANGE'],
  ['"\\ud800"', 'JSON_LONE_SURROGATE'],
  ['"\\ude00\\ud83d"', 'JSON_LONE_SURROGATE'],
  ['{"\\udfff":1}', 'JSON_LONE_SURROGATE'],
  ['[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]', 'JSON_TOO_DEEP'],
];

const notUtf8: readonly (readonly [string, readonly number[]])[] = [
  ['a stray continuation byte', [0x22, 0x80, 0x22]],
  ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
  ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
  ['a cut sequence', [0x22, 0xe2, 0x82, 0x22]],
  ['beyond U+10FFFF', [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]],
  ['UTF-16', [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
];

describe('strict JSON', () => {
  it.each(accepted)('takes %j as JSON.parse does', (text) => {
    expect(parse(text)).toEqual({ ok: true, value: JSON.parse(text) });
  });

  it.each(refused)('refuses %j as %s', (text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it.each(notUtf8)('refuses %s', (_what, bytes) => {
    expect(codeOf(Uint8Array.from(bytes))).toBe('JSON_INVALID_UTF8');
  });

  it('points to the place of a refusal', () => {
    const result = parse('{"items":[{"amountMinor":1},{"amountMinor":1e400}]}');
    expect(result.ok ? '' : result.refusal.pointer).toBe('/items/1/amountMinor');
  });

  it('shows no key that is no field name', () => {
    const result = parse('{"4111 1111 1111 1111":{"n0123456":{"ok":1e400}}}');
    expect(result.ok ? '' : result.refusal.pointer).toBe('/*/*/ok');
  });

  it('refuses a million open brackets without a deep stack', () => {
    expect(codeOf('['.repeat(1_000_000))).toBe('JSON_TOO_DEEP');
    expect(codeOf('{"a":'.repeat(200_000))).toBe('JSON_TOO_DEEP');
  });

  it('takes whatever JSON.stringify writes of plain values', () => {
    const value = fc.jsonValue({ maxDepth: 5 }).filter((v) => isPlain(v));
    fc.assert(
      fc.property(value, (v) => {
        const text = JSON.stringify(v);
        expect(parse(text)).toEqual({ ok: true, value: JSON.parse(text) });
      }),
    );
  });

  it('never takes what JSON.parse refuses', () => {
    const piece = fc.constantFrom(...'{}[]:,"\\u0 1.eE-+tfn\u0000a'.split(''), 'true', '"a"', '1');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        if (codeOf(text) === 'ok') expect(() => JSON.parse(text)).not.toThrow();
      }),
      { numRuns: 5_000 },
    );
  });
});

const isPlain = (value: unknown): boolean => {
  if (typeof value === 'number') return !Number.isInteger(value) || Number.isSafeInteger(value);
  if (typeof value === 'string') return !/\p{Surrogate}/u.test(value);
  if (typeof value !== 'object' || value === null) return true;
  const forbidden = ['__proto__', 'constructor', 'prototype'];
  return Object.entries(value).every(
    ([key, field]) => !forbidden.includes(key) && isPlain(key) && isPlain(field),
  );
};
