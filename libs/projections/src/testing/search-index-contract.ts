/// <reference types="jest" />
/**
 * What every search index promises.
 */
import { InvalidQueryError } from '../projections.errors';
import type { SearchQuery } from '../search/search-query';
import type { IndexDefinition, SearchIndex, VersionedDocument } from '../search-index.port';
import { viewStoreContract } from './view-store-contract';

/** Definition that the contract's index has to be made with. */
export const contractIndex: IndexDefinition = {
  name: 'shelf',
  fields: {
    sku: 'keyword',
    title: 'text',
    shop: 'keyword',
    pages: 'long',
    printedAtMs: 'date',
    inStock: 'boolean',
    extra: 'json',
  },
  words: ['title', 'sku'],
  filters: ['sku', 'shop', 'pages', 'inStock', 'printedAtMs'],
  selective: ['shop', 'sku'],
  sorts: ['printedAtMs', 'pages'],
};

const book = (at: number, fields: VersionedDocument['fields'] = {}): VersionedDocument => ({
  key: `book/${at}`,
  version: 1,
  fields: { sku: `SKU-${at}`, pages: 100 + at, printedAtMs: 1_000 + at, ...fields },
});

/** Registers the facts about search indexes. @param make a fresh index of `contractIndex` */
export const searchIndexContract = (make: () => Promise<SearchIndex>): void => {
  const filled = async (documents: readonly VersionedDocument[]): Promise<SearchIndex> => {
    const index = await make();
    await index.apply({ generation: 1, lane: 0, expectedNext: 0, next: 1, changes: documents });
    return index;
  };
  const keys = async (index: SearchIndex, query: Partial<SearchQuery>) =>
    (await index.search({ limit: 50, ...query })).documents.map(({ key }) => key);

  viewStoreContract({ make, changes: [book(1), book(2)], invalid: book(3, { pages: 'many' }) });

  describe('documents', () => {
    it('come back as they were written', async () => {
      const fields = {
        sku: 'SKU-9',
        title: 'tab\t, line\n, "quotes", back\\slash, ünï, 🂡, \u0001',
        pages: Number.MAX_SAFE_INTEGER,
        printedAtMs: -5,
        inStock: false,
        extra: { list: [1, 'two', null, { deep: true }] },
      };
      const index = await filled([{ key: 'k,{"}\\', version: 3, fields }]);
      expect(await index.get('k,{"}\\')).toEqual({ key: 'k,{"}\\', version: 3, fields });
      expect(await index.get('k')).toBeUndefined();
    });

    it.each([
      [1, 'old'],
      [2, 'old'],
      [3, 'new'],
    ])('of version %d against 2 leave the %s one', async (version, title) => {
      const index = await filled([{ ...book(1, { title: 'old' }), version: 2 }]);
      const change = { ...book(1, { title: 'new' }), version };
      await index.apply({ generation: 1, lane: 0, expectedNext: 1, next: 2, changes: [change] });
      expect((await index.get('book/1'))?.fields['title']).toBe(title);
      expect(await keys(index, { text: title })).toEqual(['book/1']);
    });

    it('of one key in one batch leave the newest, whatever their order', async () => {
      const versions = [2, 3, 1].map((version) => ({ ...book(1, { pages: version }), version }));
      const index = await filled(versions);
      expect((await index.get('book/1'))?.version).toBe(3);
    });

    it('stay deleted when an older version comes late', async () => {
      const index = await filled([{ key: 'book/1', version: 5, fields: undefined }]);
      const late = { ...book(1), version: 4 };
      await index.apply({ generation: 1, lane: 0, expectedNext: 1, next: 2, changes: [late] });
      expect(await index.get('book/1')).toBeUndefined();
      expect(await keys(index, {})).toEqual([]);
    });

    it('rise again by a newer version', async () => {
      const index = await filled([{ key: 'book/1', version: 5, fields: undefined }]);
      const newer = { ...book(1), version: 6 };
      await index.apply({ generation: 1, lane: 0, expectedNext: 1, next: 2, changes: [newer] });
      expect(await keys(index, {})).toEqual(['book/1']);
    });
  });

  describe('text', () => {
    const titles = ['The Art of Money', 'Café Münster: money, money', 'Starters & more'];
    const shelf = () => filled(titles.map((title, at) => book(at, { title })));

    it.each<readonly [string, readonly string[]]>([
      ['money', ['book/1', 'book/0']],
      ['MONEY art', ['book/0']],
      ['cafe munster', ['book/1']],
      ['Café', ['book/1']],
      ['art', ['book/0']],
      ['star', ['book/2']],
      ['star more', []],
      ['starters mo', ['book/2']],
      ['sku-1', ['book/1']],
      ['SKU-', ['book/2', 'book/1', 'book/0']],
      ['-', []],
      [' \t ', ['book/2', 'book/1', 'book/0']],
      ['absent', []],
    ])('%j finds documents with all words, the last as a prefix', async (text, expected) => {
      expect(await keys(await shelf(), { text })).toEqual(expected);
    });

    it.each(["'", "o'art", '\\', "a' | 'b", 'a:*', '!money', '(', 'money & !art', ':*', '\u0000'])(
      'takes %j for words, never for a query language',
      async (text) => {
        const index = await shelf();
        const found = await keys(index, { text });
        expect(found.length).toBeLessThanOrEqual(titles.length);
        if (text.includes('&')) expect(found).not.toContain('book/1');
      },
    );

    it('finds nothing by words that a newer version no longer has', async () => {
      const index = await shelf();
      const change = { ...book(0, { title: 'Other' }), version: 2 };
      await index.apply({ generation: 1, lane: 0, expectedNext: 1, next: 2, changes: [change] });
      expect(await keys(index, { text: 'art' })).toEqual([]);
      expect(await keys(index, { text: 'other' })).toEqual(['book/0']);
    });
  });

  filtersAndPages({ filled, keys });
};

interface Tools {
  readonly filled: (documents: readonly VersionedDocument[]) => Promise<SearchIndex>;
  readonly keys: (index: SearchIndex, query: Partial<SearchQuery>) => Promise<readonly string[]>;
}

const filtersAndPages = ({ filled, keys }: Tools): void => {
  describe('filters', () => {
    const shelf = () =>
      filled([
        book(1, { shop: 'a', inStock: true }),
        book(2, { shop: 'b', inStock: false }),
        book(3, { shop: "c'; drop table doc --", inStock: true }),
        book(4, {}),
      ]);

    it.each<readonly [string, NonNullable<SearchQuery['filters']>, readonly string[]]>([
      ['eq', [{ kind: 'eq', field: 'shop', value: 'a' }], ['book/1']],
      ['eq quoted', [{ kind: 'eq', field: 'shop', value: "c'; drop table doc --" }], ['book/3']],
      ['eq by word', [{ kind: 'eq', field: 'sku', value: 'SKU-2' }], ['book/2']],
      ['eq by word of other case', [{ kind: 'eq', field: 'sku', value: 'sku-2' }], []],
      ['in by word', [{ kind: 'in', field: 'sku', values: ["a'", 'SKU-2'] }], ['book/2']],
      ['eq boolean', [{ kind: 'eq', field: 'inStock', value: false }], ['book/2']],
      ['eq long', [{ kind: 'eq', field: 'pages', value: 104 }], ['book/4']],
      ['in', [{ kind: 'in', field: 'shop', values: ['a', 'b', 'z'] }], ['book/2', 'book/1']],
      ['in long', [{ kind: 'in', field: 'pages', values: [101, 104] }], ['book/4', 'book/1']],
      ['from', [{ kind: 'range', field: 'pages', from: 103 }], ['book/4', 'book/3']],
      ['to', [{ kind: 'range', field: 'pages', to: 102 }], ['book/2', 'book/1']],
      ['before', [{ kind: 'range', field: 'pages', from: 102, before: 103 }], ['book/2']],
      [
        'two',
        [
          { kind: 'eq', field: 'inStock', value: true },
          { kind: 'range', field: 'printedAtMs', before: 1_003 },
        ],
        ['book/1'],
      ],
    ])('%s', async (_name, filters, expected) => {
      expect(await keys(await shelf(), { filters })).toEqual(expected);
    });

    it.each<readonly [string, Partial<SearchQuery>]>([
      ['an unknown field', { filters: [{ kind: 'eq', field: 'body', value: 'x' }] }],
      ['a field without filter', { filters: [{ kind: 'eq', field: 'title', value: 'x' }] }],
      ['a field of injection', { filters: [{ kind: 'eq', field: 'shop" = "shop', value: 'x' }] }],
      ['a value of another type', { filters: [{ kind: 'eq', field: 'pages', value: 'x' }] }],
      ['no values', { filters: [{ kind: 'in', field: 'shop', values: [] }] }],
      ['a fraction', { filters: [{ kind: 'range', field: 'pages', from: 0.5 }] }],
      ['a range of words', { filters: [{ kind: 'range', field: 'shop', from: 1 }] }],
      ['a sort without order', { sort: { field: 'shop', direction: 'asc' } }],
      ['limit 0', { limit: 0 }],
      ['limit 201', { limit: 201 }],
      ['a broken cursor', { cursor: 'nonsense' }],
      ['a facet of text', { facets: ['title'] }],
      ['long text', { text: 'x'.repeat(201) }],
      ['17 words', { text: 'x '.repeat(17) }],
    ])('refuses %s', async (_name, query) => {
      const index = await shelf();
      await expect(index.search({ limit: 1, ...query })).rejects.toThrow(InvalidQueryError);
    });
  });

  describe('pages', () => {
    it('follow one another without gap or repeat, also among equal values', async () => {
      const index = await filled([1, 2, 3, 4, 5].map((at) => book(at, { pages: at > 3 ? 7 : 8 })));
      const sort = { field: 'pages', direction: 'asc' } as const;
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await index.search({ limit: 2, sort, ...(cursor && { cursor }) });
        seen.push(...page.documents.map(({ key }) => key));
        cursor = page.next;
      } while (cursor !== undefined);
      expect(seen).toEqual(['book/4', 'book/5', 'book/1', 'book/2', 'book/3']);
    });

    it('end without a cursor, also when the last one is full', async () => {
      const index = await filled([book(1), book(2)]);
      expect((await index.search({ limit: 2 })).next).toBeUndefined();
      expect((await index.search({ limit: 1 })).next).toBeDefined();
    });

    it('count facets over all hits, not over the page', async () => {
      const shops = ['a', 'b', 'b', undefined];
      const index = await filled(shops.map((shop, at) => book(at, shop ? { shop } : {})));
      const { facets } = await index.search({ limit: 1, facets: ['shop'] });
      expect(facets).toEqual({
        shop: [
          { value: 'b', count: 2 },
          { value: 'a', count: 1 },
        ],
      });
    });
  });
};
