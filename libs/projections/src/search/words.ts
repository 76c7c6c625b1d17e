/**
 * Words of documents and of queries: one way of folding and splitting for all stores, so that the
 * same query finds the same documents everywhere.
 */
import type { IndexDefinition } from '../search-index.port';
import type { JsonObject } from '../view-store.port';

/** Longest word kept, in UTF-16 units; a longer one is cut, in documents and queries alike. */
const WORD_UNITS = 200;
/** Bound on the words of one document; further ones are not found. */
const WORDS_PER_DOCUMENT = 100;

/**
 * One term of a query: the document has to hold `whole`, or each of `parts`. With `prefix` the
 * whole, or the last part, may be the beginning of a word.
 */
export interface QueryTerm {
  readonly whole: string;
  /** Empty when the term is one plain word (then `whole` says it all) or has no letter or digit. */
  readonly parts: readonly string[];
  readonly prefix: boolean;
}

/**
 * Words by which a document is found: lower case, without accents, each once, unordered.
 * A `text` field gives its runs of letters and digits, a `keyword` field itself. Keywords come
 * first: the bound on words never drops one of them.
 */
export const wordsOf = (definition: IndexDefinition, fields: JsonObject): readonly string[] => {
  const words = new Set<string>();
  for (const field of definition.words) {
    if (definition.fields[field] !== 'keyword') continue;
    const value = fields[field];
    if (typeof value === 'string' && value !== '') words.add(keywordWord(value));
  }
  for (const field of definition.words) {
    if (definition.fields[field] !== 'text') continue;
    const value = fields[field];
    if (typeof value === 'string') for (const word of partsOf(folded(value))) words.add(word);
  }
  return words.size <= WORDS_PER_DOCUMENT ? [...words] : [...words].slice(0, WORDS_PER_DOCUMENT);
};

/** The one word of a keyword value; different values may share it (case, accents, length). */
export const keywordWord = (value: string): string => cut(folded(value));

/** Terms of a query's text, in order; empty when it holds none. The last one is a prefix. */
export const queryTerms = (text: string): readonly QueryTerm[] => {
  const pieces = folded(text)
    .split(/[\s\p{C}]+/u)
    .filter((piece) => piece !== '');
  return pieces.map((piece, index) => {
    const parts = partsOf(piece);
    const plain = parts.length === 1 && parts[0] === cut(piece);
    return { whole: cut(piece), parts: plain ? [] : parts, prefix: index === pieces.length - 1 };
  });
};

/** Whether a document with these words answers to a term. */
export const matchesTerm = (words: ReadonlySet<string>, term: QueryTerm): boolean => {
  if (holds(words, term.whole, term.prefix)) return true;
  const last = term.parts.length - 1;
  return (
    last >= 0 && term.parts.every((part, at) => holds(words, part, term.prefix && at === last))
  );
};

const holds = (words: ReadonlySet<string>, word: string, prefix: boolean): boolean => {
  if (words.has(word)) return true;
  if (!prefix) return false;
  for (const candidate of words) if (candidate.startsWith(word)) return true;
  return false;
};

const PLAIN = /^[ -~]*$/;

const folded = (text: string): string =>
  PLAIN.test(text)
    ? text.toLowerCase()
    : text
        .normalize('NFKD')
        .replace(/\p{M}+/gu, '')
        .toLowerCase();

const partsOf = (text: string): readonly string[] =>
  (text.match(PLAIN.test(text) ? /[a-z0-9]+/g : /[\p{L}\p{N}]+/gu) ?? []).map(cut);

const cut = (word: string): string =>
  word.length <= WORD_UNITS ? word : word.slice(0, WORD_UNITS).replace(/[\uD800-\uDBFF]$/, '');
