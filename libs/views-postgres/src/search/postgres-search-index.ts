/**
 * A search index on Postgres: words by GIN, fields by columns, the document as JSON text.
 */
import {
  checkDocument,
  checkIndexDefinition,
  checkSearchQuery,
  coalesceDocuments,
  encodeCursor,
  type FacetCount,
  type FoundDocument,
  type IndexDefinition,
  type JsonObject,
  type RowPage,
  type SearchIndex,
  type SearchQuery,
  type SearchResult,
  type VersionedDocument,
  type ViewRow,
} from '@millrace/projections';
import type { PgClient, PgRow } from '../pg-client.port';
import { PostgresViewStore, type WriteStatement } from '../store/postgres-view-store';
import { numberOf, textOf } from '../store/row-values';
import { Upkeep } from '../store/upkeep';
import { FEW_HITS, SearchStatement, type Statement } from './search-statement';
import { documentTables, type FieldColumn, fieldColumns } from './search-tables';
import { documentParams, writeDocumentsText } from './write-documents';

/** Options of a store in Postgres. */
export interface OpenStoreOptions {
  /** The view's definition has changed, so its data was dropped; it fills again from the log. */
  readonly onReset?: (view: string) => void;
}

/** Search index of one definition in a database. Several indexes may share a client. */
export class PostgresSearchIndex
  extends PostgresViewStore<VersionedDocument>
  implements SearchIndex
{
  readonly #fields: readonly FieldColumn[];
  readonly #writeTexts = new Map<string, string>();
  readonly #upkeep: Upkeep;

  private constructor(
    client: PgClient,
    readonly definition: IndexDefinition,
  ) {
    super(definition.name, client, JSON.stringify(definition));
    this.#fields = fieldColumns(definition);
    this.#upkeep = new Upkeep(client, { table: 'document', ginIndex: 'words' });
  }

  /**
   * Opens the index and makes its tables if they are missing.
   *
   * @throws InvalidDefinitionError
   */
  static async open(
    client: PgClient,
    definition: IndexDefinition,
    options: OpenStoreOptions = {},
  ): Promise<PostgresSearchIndex> {
    checkIndexDefinition(definition);
    const index = new PostgresSearchIndex(client, definition);
    if (await index.prepare()) options.onReset?.(definition.name);
    return index;
  }

  check(document: VersionedDocument): void {
    checkDocument(this.definition, document);
  }

  async get(key: string): Promise<FoundDocument | undefined> {
    const rows = await this.askLive((schema) =>
      this.#rows({
        text: `select key, version, body from ${schema}.document
                where key = $1 and body is not null`,
        params: [key],
      }),
    );
    return rows[0] === undefined ? undefined : foundDocument(rows[0]);
  }

  async search(query: SearchQuery): Promise<SearchResult> {
    const checked = checkSearchQuery(this.definition, query);
    return this.askLive(async (schema) => {
      const statement = new SearchStatement(this.definition, checked, schema);
      const few = await this.#isFew(statement);
      const facets = statement.facets();
      const [rows, counts] = await Promise.all([
        this.#rows(statement.hits(few)),
        facets === undefined ? [] : this.#rows(facets),
      ]);
      const documents = rows.slice(0, checked.limit);
      const last = rows.length > documents.length ? documents.at(-1) : undefined;
      return {
        documents: documents.map(foundDocument),
        facets: Object.fromEntries(
          checked.facets.map((field) => [
            field,
            counts.filter((row) => textOf(row, 'field') === field).map(facetCount),
          ]),
        ),
        ...(last && {
          next: encodeCursor({ value: numberOf(last, 'place'), key: textOf(last, 'key') }),
        }),
      };
    });
  }

  /** Ends upkeep; the client stays open. */
  close(): void {
    this.#upkeep.stop();
  }

  protected tables(schema: string): readonly string[] {
    return documentTables(this.definition, schema);
  }

  protected writeOf(schema: string, changes: readonly VersionedDocument[]): WriteStatement {
    const known = this.#writeTexts.get(schema);
    const text = known ?? writeDocumentsText(this.definition, schema);
    if (known === undefined) this.#writeTexts.set(schema, text);
    const documents = coalesceDocuments(changes);
    return { text, params: documentParams(this.definition, this.#fields, documents) };
  }

  protected async page(schema: string, page: RowPage): Promise<readonly ViewRow[]> {
    const rows = await this.#rows({
      text: `select key, version, body from ${schema}.document
              where key > $1 order by key limit ${Math.trunc(page.limit)}`,
      params: [page.afterKey ?? ''],
    });
    return rows.map((row) => ({
      key: textOf(row, 'key'),
      content: `${numberOf(row, 'version')} ${textOf(row, 'body')}`,
    }));
  }

  protected override wrote(generation: number, changes: number): void {
    this.#upkeep.wrote(this.schema(generation), changes);
  }

  async #isFew(statement: SearchStatement): Promise<boolean> {
    const count = statement.wordCount();
    if (count === undefined) return false;
    const [row] = await this.#rows(count);
    return row !== undefined && numberOf(row, 'hits') <= FEW_HITS;
  }

  async #rows({ text, params }: Statement): Promise<readonly PgRow[]> {
    return (await this.client.query(text, params)).rows;
  }
}

const foundDocument = (row: PgRow): FoundDocument => ({
  key: textOf(row, 'key'),
  version: numberOf(row, 'version'),
  fields: fieldsOf(textOf(row, 'body')),
});

const fieldsOf = (text: string): JsonObject => JSON.parse(text);

const facetCount = (row: PgRow): FacetCount => ({
  value: textOf(row, 'value'),
  count: numberOf(row, 'count'),
});
