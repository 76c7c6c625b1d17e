/**
 * Words as Postgres takes them: made here, so that Postgres neither splits nor stems, and so that
 * no text of a user is ever read as a query.
 */
import type { QueryTerm } from '@millrace/projections';

/** Text of a `tsvector`; each word quoted. */
export const vectorOf = (words: readonly string[]): string => words.map(literal).join(' ');

/** Text of a `tsquery`: each term as a whole or by its parts. */
export const tsqueryOf = (terms: readonly QueryTerm[]): string => terms.map(termQuery).join(' & ');

/** Text of a `tsquery` for documents that hold any of these words. */
export const anyWordOf = (words: readonly string[]): string => words.map(literal).join(' | ');

const termQuery = ({ whole, parts, prefix }: QueryTerm): string => {
  const mark = prefix ? ':*' : '';
  if (parts.length === 0) return `${literal(whole)}${mark}`;
  const last = parts.length - 1;
  const all = parts.map((part, at) => `${literal(part)}${at === last ? mark : ''}`);
  return `(${literal(whole)}${mark} | (${all.join(' & ')}))`;
};

const PLAIN = /^[^'\\]*$/;

const literal = (word: string): string =>
  PLAIN.test(word) ? `'${word}'` : `'${word.replace(/['\\]/g, '$&$&')}'`;
