import { canonicalJson, fingerprintOf, requestHashOf } from '../canonical/canonical-json';
import { decodePosition, encodePosition } from '../position/position-token';
import { idFromIdempotencyKey } from './idempotent-id';
import { uuidV5 } from './uuid-v5';

describe('UUID version 5', () => {
  it('gives the example of RFC 9562, appendix A.4', () => {
    const dns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
    expect(uuidV5(dns, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  });
});

describe('an id made of an Idempotency-Key', () => {
  it('is the same for ever', () => {
    const id = idFromIdempotencyKey('pay_', 'default', 'key-1');
    expect(id).toBe(idFromIdempotencyKey('pay_', 'default', 'key-1'));
    expect(id).toMatch(/^pay_[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('differs by tenant and by key', () => {
    const ids = [
      idFromIdempotencyKey('pay_', 'a', 'b'),
      idFromIdempotencyKey('pay_', 'b', 'a'),
      idFromIdempotencyKey('pay_', 'a', 'c'),
    ];
    expect(new Set(ids).size).toBe(3);
  });
});

describe('canonical JSON', () => {
  it('sorts keys by code unit and leaves undefined out', () => {
    const value = { b: 1, a: [{ d: undefined, c: null }], '\u20ac': 'x', '\ud83d\ude00': 'y' };
    expect(canonicalJson(value)).toBe('{"a":[{"c":null}],"b":1,"€":"x","😀":"y"}');
  });

  it('gives equal bodies one fingerprint and others another', () => {
    expect(fingerprintOf({ a: 1, b: 2 })).toBe(fingerprintOf({ b: 2, a: 1 }));
    expect(fingerprintOf({ a: 1 })).not.toBe(fingerprintOf({ a: '1' }));
    expect(fingerprintOf([1, 2])).not.toBe(fingerprintOf([2, 1]));
  });

  it('writes numbers as the shortest text, so 1 and 1.0 are one value', () => {
    expect(canonicalJson([1.0, -0, 1e3])).toBe('[1,0,1000]');
  });

  it('has a short hash of 22 characters', () => {
    expect(requestHashOf({ a: 1 })).toBe(fingerprintOf({ a: 1 }).slice(0, 22));
  });
});

describe('a position token', () => {
  const position = { incarnation: 'i-1', topic: 'card-events', partition: 3, offset: 42 };

  it('comes back as it went', () => {
    expect(decodePosition(encodePosition(position))).toEqual(position);
  });

  it.each([
    '',
    'x',
    '!!!!',
    'a'.repeat(513),
    Buffer.from('{}').toString('base64url'),
    Buffer.from('[2,"i","t",0,0]').toString('base64url'),
    Buffer.from('[1,"i","t",-1,0]').toString('base64url'),
    Buffer.from('[1,"i","t",0,1.5]').toString('base64url'),
    Buffer.from('[1,"i","t",0,"0"]').toString('base64url'),
  ])('is not read from %j', (token) => {
    expect(decodePosition(token)).toBeUndefined();
  });
});
