/**
 * Two generations of a view, row for row.
 */
import type { ViewRow, ViewStore } from '../view-store.port';

/** What two generations have in common and what not. */
export interface GenerationDifference {
  readonly equalRows: number;
  /** Rows of one generation alone, or with other content. */
  readonly differentRows: number;
  /** Keys of the first differing rows, at most 10. */
  readonly firstKeys: readonly string[];
}

const PAGE_ROWS = 2_000;
const KEYS_NAMED = 10;

/** Compares by pages; nobody should write to either meanwhile. */
export const compareGenerations = async <Change>(
  store: ViewStore<Change>,
  left: number,
  right: number,
): Promise<GenerationDifference> => {
  const lefts = rowsOf(store, left);
  const rights = rowsOf(store, right);
  let [a, b] = [await nextRow(lefts), await nextRow(rights)];
  let equalRows = 0;
  const different: string[] = [];
  let differentRows = 0;
  while (a !== undefined || b !== undefined) {
    const order = orderOf(a, b);
    if (order === 0 && a?.content === b?.content) equalRows += 1;
    else {
      differentRows += 1;
      const key = (order <= 0 ? a : b)?.key;
      if (different.length < KEYS_NAMED && key !== undefined) different.push(key);
    }
    if (order <= 0) a = await nextRow(lefts);
    if (order >= 0) b = await nextRow(rights);
  }
  return { equalRows, differentRows, firstKeys: different };
};

/** All rows of a generation, ascending by key. */
export async function* rowsOf<Change>(
  store: ViewStore<Change>,
  generation: number,
): AsyncGenerator<ViewRow, void> {
  let afterKey: string | undefined;
  for (;;) {
    const page = await store.rows(generation, {
      limit: PAGE_ROWS,
      ...(afterKey === undefined ? {} : { afterKey }),
    });
    yield* page;
    if (page.length < PAGE_ROWS) return;
    afterKey = page.at(-1)?.key;
  }
}

const nextRow = async (rows: AsyncGenerator<ViewRow, void>): Promise<ViewRow | undefined> => {
  const { value } = await rows.next();
  return value ?? undefined;
};

const orderOf = (a: ViewRow | undefined, b: ViewRow | undefined): number => {
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
  return a.key === b.key ? 0 : Buffer.compare(Buffer.from(a.key), Buffer.from(b.key));
};
