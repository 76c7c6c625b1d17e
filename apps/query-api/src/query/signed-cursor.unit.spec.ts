import { ProblemError } from '@millrace/platform';
import { queryScope, SignedCursors } from './signed-cursor';

const cursors = new SignedCursors(Buffer.alloc(32, 7));
const scope = queryScope('payments', { q: 'cafe', limit: 10 });
const signed = cursors.sign('WzEsIngiXQ', scope);

describe('signed cursors', () => {
  it('give back what was signed', () => {
    expect(cursors.open(signed, scope)).toBe('WzEsIngiXQ');
  });

  it('belong to a query whatever its limit, its cursor and the order of its parameters', () => {
    const again = queryScope('payments', { cursor: signed, limit: 50, q: 'cafe', to: undefined });
    expect(cursors.open(signed, again)).toBe('WzEsIngiXQ');
    expect(queryScope('p', { a: 1, b: 2 })).toBe(queryScope('p', { b: 2, a: 1 }));
  });

  it.each([
    ['another text', queryScope('payments', { q: 'bar' })],
    ['one parameter more', queryScope('payments', { q: 'cafe', status: 'declined' })],
    ['another route', queryScope('alerts', { q: 'cafe' })],
  ])('are refused for a query with %s', (_name, other) => {
    expect(() => cursors.open(signed, other)).toThrow(ProblemError);
  });

  it('are refused when any one character is another', () => {
    for (let index = 0; index < signed.length; index += 1) {
      const other = signed[index] === 'A' ? 'B' : 'A';
      const tampered = signed.slice(0, index) + other + signed.slice(index + 1);
      // The last character of a MAC carries 2 bits alone: some others decode to the same bytes.
      const sameBytes = index === signed.length - 1 && macOf(tampered).equals(macOf(signed));
      if (!sameBytes) expect(() => cursors.open(tampered, scope)).toThrow(ProblemError);
    }
  });

  it('are refused under another key', () => {
    expect(() => new SignedCursors(Buffer.alloc(32, 8)).open(signed, scope)).toThrow(ProblemError);
  });
});

const macOf = (cursor: string): Buffer =>
  Buffer.from(cursor.slice(cursor.lastIndexOf('.') + 1), 'base64url');
