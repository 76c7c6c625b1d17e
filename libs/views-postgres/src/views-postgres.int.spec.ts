import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  analyticsStoreContract,
  contractIndex,
  contractRollup,
  searchIndexContract,
} from '@millrace/projections/testing';
import { openPgliteViews, type PgClient, PostgresAnalyticsStore, PostgresSearchIndex } from '.';

const folder = mkdtempSync(join(tmpdir(), 'views-'));
let client: PgClient;

beforeAll(async () => {
  client = await openPgliteViews({ folder, logIncarnation: 'log-1' });
});

afterAll(async () => {
  await client.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The contract wants stores that nobody has written to: the view is forgotten first. */
const forget = async (view: string): Promise<void> => {
  const { rows } = await client.query(
    'delete from millrace.generation where view = $1 returning generation',
    [view],
  );
  for (const { generation } of rows)
    await client.query(`drop schema "${view}_${generation}" cascade`);
};

describe('search index on PGlite', () => {
  searchIndexContract(async () => {
    await forget(contractIndex.name);
    return PostgresSearchIndex.open(client, contractIndex);
  });
});

describe('analytics store on PGlite', () => {
  analyticsStoreContract(async () => {
    await forget(contractRollup.name);
    return PostgresAnalyticsStore.open(client, contractRollup);
  });
});
