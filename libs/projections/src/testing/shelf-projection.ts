/**
 * A small world to try projectors in: books on lanes, written as whole states or as sales.
 */
import type { EventLog, LogRecord } from '@millrace/event-log';
import type { RollupIncrement } from '../analytics-store.port';
import type { Projection } from '../projection';
import type { VersionedDocument } from '../search-index.port';

/** Topics of the shelf. */
export const shelfTopics = { books: 'books', deadLetters: 'dead-letters' } as const;
/** Lanes of the shelf. */
export const shelfLanes = 2;

/** A change of a book, as it stands in the log. */
export interface BookEvent {
  readonly sku: string;
  readonly version: number;
  readonly title: string;
  readonly pages: number | string;
}

const parsed = (record: LogRecord): BookEvent | undefined => {
  const text = record.value?.toString('utf8') ?? '';
  if (text === 'barrier') return undefined;
  return JSON.parse(text);
};

/** Books as documents of `contractIndex`; a book whose pages are no number can't be applied. */
export const bookDocuments: Projection<BookEvent, VersionedDocument> = {
  topic: shelfTopics.books,
  latestByKey: false,
  read: parsed,
  subjectOf: (book) => book.sku,
  map: (book) => [
    {
      key: book.sku,
      version: book.version,
      fields: {
        sku: book.sku,
        title: book.title,
        pages: book.pages,
        printedAtMs: book.version,
      },
    },
  ],
};

/** Pages per title as sums of `contractRollup`. */
export const bookSales: Projection<BookEvent, RollupIncrement> = {
  topic: shelfTopics.books,
  latestByKey: false,
  read: parsed,
  subjectOf: (book) => book.sku,
  map: (book) => [{ atMs: 0, dimensions: [book.title, 'EUR'], measures: [1, Number(book.pages)] }],
};

/** Declares the topics. */
export const declareShelf = (log: EventLog): Promise<void> =>
  log.ensureTopics(
    Object.values(shelfTopics).map((name) => ({
      name,
      partitions: shelfLanes,
      cleanup: 'delete' as const,
      retentionMs: -1,
    })),
  );

/** Appends book events. */
export const appendBooks = async (
  log: EventLog,
  lane: number,
  books: readonly (BookEvent | string)[],
): Promise<void> => {
  await log.append(
    books.map((book) => ({
      topic: shelfTopics.books,
      partition: lane,
      key: typeof book === 'string' ? 'raw' : book.sku,
      value: typeof book === 'string' ? book : JSON.stringify(book),
    })),
  );
};
