import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SearchQuery, VersionedDocument } from '@millrace/projections';
import { contractIndex, InProcessSearchIndex } from '@millrace/projections/testing';
import fc from 'fast-check';
import { openPgliteViews, type PgClient, PostgresSearchIndex } from '..';

const folder = mkdtempSync(join(tmpdir(), 'views-'));
let client: PgClient;

beforeAll(async () => {
  client = await openPgliteViews({ folder, logIncarnation: 'log-1' });
});

afterAll(async () => {
  await client.close();
  rmSync(folder, { recursive: true, force: true });
});

const word = fc.constantFrom(
  'Acme',
  'café',
  "o'neil",
  'pay_1',
  'a-b',
  '東京',
  'x\\y',
  'ac',
  'PAY',
  '!',
);
const title = fc.array(word, { maxLength: 4 }).map((words) => words.join(' '));

const document: fc.Arbitrary<VersionedDocument> = fc.record({
  key: fc.constantFrom('k1', 'k2', 'k3', 'k4', 'k5', 'ké', '🂡'),
  version: fc.integer({ min: 0, max: 4 }),
  fields: fc.option(
    fc.record({
      sku: word,
      title,
      shop: fc.constantFrom('', 'a', 'A', "b'"),
      pages: fc.integer({ min: 0, max: 3 }),
      printedAtMs: fc.integer({ min: -2, max: 2 }),
      inStock: fc.boolean(),
    }),
    { nil: undefined },
  ),
});

const query: fc.Arbitrary<SearchQuery> = fc.record(
  {
    text: fc.oneof(title, fc.string({ maxLength: 6 })),
    filters: fc.array(
      fc.oneof(
        fc.record({ kind: fc.constant('eq' as const), field: fc.constant('sku'), value: word }),
        fc.record({
          kind: fc.constant('in' as const),
          field: fc.constant('shop'),
          values: fc.array(fc.constantFrom('a', "b'", 'z'), { minLength: 1, maxLength: 3 }),
        }),
        fc.record({
          kind: fc.constant('range' as const),
          field: fc.constantFrom('pages', 'printedAtMs'),
          from: fc.integer({ min: -2, max: 2 }),
        }),
      ),
      { maxLength: 2 },
    ),
    sort: fc.record({
      field: fc.constantFrom('pages', 'printedAtMs'),
      direction: fc.constantFrom('asc' as const, 'desc' as const),
    }),
    limit: fc.integer({ min: 1, max: 4 }),
    facets: fc.constant(['shop']),
  },
  { requiredKeys: ['limit'] },
);

describe('search on PGlite', () => {
  it('answers as the in-process index does, page by page', async () => {
    const stored = await PostgresSearchIndex.open(client, contractIndex);
    await fc.assert(
      fc.asyncProperty(
        fc.array(document, { maxLength: 12 }),
        fc.array(query, { minLength: 1, maxLength: 4 }),
        async (documents, queries) => {
          const generation = await stored.createGeneration();
          await stored.promote(generation);
          await stored.dropGeneration(generation - 1);
          const reference = new InProcessSearchIndex(contractIndex);
          const place = { lane: 0, expectedNext: 0, next: 1, changes: documents };
          await stored.apply({ ...place, generation });
          await reference.apply({ ...place, generation: 1 });
          for (const asked of queries) {
            let cursor: string | undefined;
            do {
              const page = { ...asked, ...(cursor === undefined ? {} : { cursor }) };
              const expected = await reference.search(page);
              expect(await stored.search(page)).toEqual(expected);
              cursor = expected.next;
            } while (cursor !== undefined);
          }
        },
      ),
      { numRuns: 25 },
    );
    stored.close();
  });
});
