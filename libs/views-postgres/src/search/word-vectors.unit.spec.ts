import { anyWordOf, tsqueryOf, vectorOf } from './word-vectors';

describe('words for Postgres', () => {
  it('are quoted, quotes and backslashes doubled', () => {
    expect(vectorOf(['plain', "o'neil", 'a\\b', 'a & !b'])).toBe(
      "'plain' 'o''neil' 'a\\\\b' 'a & !b'",
    );
    expect(anyWordOf(["x'", 'y'])).toBe("'x''' | 'y'");
  });

  it('are asked for as a whole or by their parts, the last as a prefix', () => {
    const terms = [
      { whole: 'cafe', parts: [], prefix: false },
      { whole: 'pay_1', parts: ['pay', '1'], prefix: true },
    ];
    expect(tsqueryOf(terms)).toBe("'cafe' & ('pay_1':* | ('pay' & '1':*))");
  });
});
