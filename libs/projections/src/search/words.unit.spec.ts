import type { IndexDefinition } from '../search-index.port';
import { matchesTerm, queryTerms, wordsOf } from './words';

const definition: IndexDefinition = {
  name: 'shelf',
  fields: { sku: 'keyword', title: 'text', at: 'date' },
  words: ['title', 'sku'],
  filters: [],
  selective: [],
  sorts: ['at'],
};

describe('words', () => {
  it('fold case and accents, split texts, keep keywords whole', () => {
    const words = wordsOf(definition, { sku: 'SKU_1-a', title: 'Crème brûlée, No. 7 東京', at: 1 });
    expect(words).toEqual(['sku_1-a', 'creme', 'brulee', 'no', '7', '東京']);
  });

  it.each([
    [99, 100],
    [100, 100],
  ])(
    'of a text of %d words and a keyword are at most %d, the keyword among them',
    (count, kept) => {
      const title = Array.from({ length: count }, (_, at) => `w${at}`).join(' ');
      const words = wordsOf(definition, { sku: 'SKU', title, at: 1 });
      expect(words).toHaveLength(kept);
      expect(words).toContain('sku');
    },
  );

  it('above 200 units are cut, in documents and queries alike', () => {
    const long = 'x'.repeat(201);
    const words = new Set(wordsOf(definition, { title: long, at: 1 }));
    expect([...words][0]).toHaveLength(200);
    expect(
      queryTerms(`${long} y`)
        .slice(0, 1)
        .every((term) => matchesTerm(words, term)),
    ).toBe(true);
  });

  it('of a query are matched whole, or by all parts', () => {
    const [first, last] = queryTerms('a-b cd');
    expect(first).toEqual({ whole: 'a-b', parts: ['a', 'b'], prefix: false });
    expect(last).toEqual({ whole: 'cd', parts: [], prefix: true });
  });
});
