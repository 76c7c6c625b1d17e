/** The life of a writer, and of a transaction: two tables say what may follow what. */

/**
 * - `fenced`: a newer writer has the id.
 * - `in-doubt`: a request failed in a way that leaves its outcome open, and its caller was told.
 * - `spent`: a transaction ended well after an answer was lost; a late request could act on the next.
 */
export const writerNext = {
  idle: ['open', 'closed'],
  open: ['idle', 'fenced', 'in-doubt', 'spent', 'closed'],
  fenced: ['closed'],
  'in-doubt': ['closed'],
  spent: ['closed'],
  closed: [],
} as const satisfies Record<string, readonly string[]>;

/** States of a writer. */
export type WriterState = keyof typeof writerNext;

/**
 * - `refused`: a record was refused before anything of its append was taken.
 * - `failed`: a request failed; nothing is committed any more.
 */
export const transactionNext = {
  open: ['refused', 'failed', 'ending'],
  refused: ['failed', 'ending'],
  failed: ['ending', 'ended'],
  ending: ['failed', 'ended'],
  ended: [],
} as const satisfies Record<string, readonly string[]>;

/** States of a transaction. */
export type TransactionState = keyof typeof transactionNext;

/** @returns the wanted state where the table allows it, else the present one */
export const writerAfter = (state: WriterState, wanted: WriterState): WriterState => {
  const allowed: readonly WriterState[] = writerNext[state];
  return allowed.includes(wanted) ? wanted : state;
};

/** @returns the wanted state where the table allows it, else the present one */
export const transactionAfter = (
  state: TransactionState,
  wanted: TransactionState,
): TransactionState => {
  const allowed: readonly TransactionState[] = transactionNext[state];
  return allowed.includes(wanted) ? wanted : state;
};
