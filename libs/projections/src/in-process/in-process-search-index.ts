/**
 * A search index in memory that looks at every document: the reference for the other adapters.
 */
import { checkDocument } from '../search/check-document';
import { type CheckedSearchQuery, checkSearchQuery } from '../search/check-search-query';
import { coalesceDocuments } from '../search/coalesce-documents';
import { checkIndexDefinition } from '../search/index-definition';
import { encodeCursor, type SearchFilter, type SearchQuery } from '../search/search-query';
import { matchesTerm, wordsOf } from '../search/words';
import type {
  FacetCount,
  FoundDocument,
  IndexDefinition,
  SearchIndex,
  SearchResult,
  VersionedDocument,
} from '../search-index.port';
import type { JsonObject, ViewRow } from '../view-store.port';
import { compareBytes, InProcessViewStore } from './in-process-view-store';

interface Entry {
  readonly document: VersionedDocument;
  readonly words: ReadonlySet<string>;
}

const FACET_HITS = 10_000;
const FACET_VALUES = 20;

/** Search index in memory. Queries cost O(documents): for tests and small views. */
export class InProcessSearchIndex
  extends InProcessViewStore<VersionedDocument, Map<string, Entry>>
  implements SearchIndex
{
  /** @throws InvalidDefinitionError */
  constructor(readonly definition: IndexDefinition) {
    super(definition.name);
    checkIndexDefinition(definition);
  }

  check(document: VersionedDocument): void {
    checkDocument(this.definition, document);
  }

  async get(key: string): Promise<FoundDocument | undefined> {
    const entry = this.live().get(key);
    return entry === undefined ? undefined : foundDocument(entry.document);
  }

  async search(query: SearchQuery): Promise<SearchResult> {
    const checked = checkSearchQuery(this.definition, query);
    const hits = this.hits(checked);
    const behind = hits.filter((hit) => isBehind(hit, checked));
    const documents = behind.slice(0, checked.limit);
    const last = documents.at(-1);
    const more = behind.length > documents.length && last !== undefined;
    return {
      documents,
      facets: Object.fromEntries(
        checked.facets.map((field) => [field, facet(hits.slice(0, FACET_HITS), field)]),
      ),
      ...(more ? { next: encodeCursor({ value: sortValue(last, checked), key: last.key }) } : {}),
    };
  }

  protected emptyState(): Map<string, Entry> {
    return new Map();
  }

  protected write(state: Map<string, Entry>, changes: readonly VersionedDocument[]): void {
    for (const document of coalesceDocuments(changes)) {
      const known = state.get(document.key);
      if (known !== undefined && known.document.version >= document.version) continue;
      const words = new Set(wordsOf(this.definition, document.fields ?? {}));
      state.set(document.key, { document, words });
    }
  }

  protected *content(state: Map<string, Entry>): Iterable<ViewRow> {
    for (const { document } of state.values()) {
      const { key, version, fields } = document;
      yield { key, content: `${version} ${fields === undefined ? '' : JSON.stringify(fields)}` };
    }
  }

  private hits(query: CheckedSearchQuery): readonly FoundDocument[] {
    const hits: FoundDocument[] = [];
    for (const { document, words } of this.live().values()) {
      const found = foundDocument(document);
      if (found === undefined || !query.terms.every((term) => matchesTerm(words, term))) continue;
      if (query.filters.every((filter) => matches(found.fields, filter))) hits.push(found);
    }
    return hits.sort((a, b) => compareHits(a, b, query));
  }
}

const foundDocument = ({ key, version, fields }: VersionedDocument): FoundDocument | undefined =>
  fields === undefined ? undefined : { key, version, fields };

const sortValue = (hit: FoundDocument, query: CheckedSearchQuery): number =>
  Number(hit.fields[query.sortField]);

const compareHits = (a: FoundDocument, b: FoundDocument, query: CheckedSearchQuery): number => {
  const order = sortValue(a, query) - sortValue(b, query) || compareBytes(a.key, b.key);
  return query.descending ? -order : order;
};

const isBehind = (hit: FoundDocument, query: CheckedSearchQuery): boolean => {
  const { after } = query;
  if (after === undefined) return true;
  const order = sortValue(hit, query) - after.value || compareBytes(hit.key, after.key);
  return query.descending ? order < 0 : order > 0;
};

const matches = (fields: JsonObject, filter: SearchFilter): boolean => {
  const value = fields[filter.field];
  switch (filter.kind) {
    case 'eq':
      return value === filter.value;
    case 'in':
      return filter.values.some((wanted) => wanted === value);
    case 'range':
      return (
        typeof value === 'number' &&
        (filter.from === undefined || value >= filter.from) &&
        (filter.to === undefined || value <= filter.to) &&
        (filter.before === undefined || value < filter.before)
      );
  }
};

const facet = (hits: readonly FoundDocument[], field: string): readonly FacetCount[] => {
  const counts = new Map<string, number>();
  for (const { fields } of hits) {
    const value = fields[field];
    if (typeof value === 'string' && value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || compareBytes(a.value, b.value))
    .slice(0, FACET_VALUES);
};
