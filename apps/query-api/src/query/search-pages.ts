/**
 * Pages of a search: opens the cursor, asks the index, signs the next cursor.
 */
import type { FoundDocument, JsonObject, SearchIndex, SearchQuery } from '@millrace/projections';
import { Inject, Injectable } from '@nestjs/common';
import { CURSOR_KEY, queryScope, SignedCursors } from './signed-cursor';

/** A page of resources. */
export interface Page {
  readonly items: readonly JsonObject[];
  /** null on the last page. */
  readonly next: string | null;
}

/** A document as clients see it. */
export type ResourceOf = (document: FoundDocument) => JsonObject;

/** Gives pages of an index. */
@Injectable()
export class SearchPages {
  readonly #cursors: SignedCursors;

  constructor(@Inject(CURSOR_KEY) key: Buffer) {
    this.#cursors = new SignedCursors(key);
  }

  /**
   * @param query as it was asked: decides which cursors belong to it
   * @throws ProblemError QUERY_CURSOR_INVALID
   */
  async page(
    index: SearchIndex,
    query: Readonly<Record<string, unknown>> & { readonly cursor?: string | undefined },
    asked: { readonly search: SearchQuery; readonly resourceOf: ResourceOf },
  ): Promise<Page> {
    const scope = queryScope(index.view, query);
    const cursor = query.cursor === undefined ? undefined : this.#cursors.open(query.cursor, scope);
    const found = await index.search({
      ...asked.search,
      ...(cursor === undefined ? {} : { cursor }),
    });
    return {
      items: found.documents.map(asked.resourceOf),
      next: found.next === undefined ? null : this.#cursors.sign(found.next, scope),
    };
  }
}
