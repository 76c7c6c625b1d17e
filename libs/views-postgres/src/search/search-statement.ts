/**
 * From a checked query to SQL: column names from the definition, everything else a parameter.
 */
import {
  type CheckedSearchQuery,
  type IndexDefinition,
  keywordWord,
  type SearchFilter,
} from '@millrace/projections';
import type { PgValue } from '../pg-client.port';
import { columnArray, columnText } from '../store/column-text';
import { quoted } from '../store/row-values';
import { type FieldColumn, fieldColumns, isFoundByWord } from './search-tables';
import { anyWordOf, tsqueryOf } from './word-vectors';

/** Up to so many hits are found first and then sorted; above, documents are walked through in order. */
export const FEW_HITS = 2_000;

/** A statement with its parameters. */
export interface Statement {
  readonly text: string;
  readonly params: readonly PgValue[];
}

const FACET_HITS = 10_000;
const FACET_VALUES = 20;

/** Builds statements of one query on one schema. */
export class SearchStatement {
  readonly #fields: ReadonlyMap<string, FieldColumn>;

  constructor(
    private readonly definition: IndexDefinition,
    private readonly query: CheckedSearchQuery,
    private readonly schema: string,
  ) {
    this.#fields = new Map(fieldColumns(definition).map((column) => [column.field, column]));
  }

  /** Number of documents that hold the words, up to FEW_HITS + 1. undefined: no words are asked for. */
  wordCount(): Statement | undefined {
    const { terms, filters } = this.query;
    const words = [
      ...(terms.length === 0 ? [] : [tsqueryOf(terms)]),
      ...filters.flatMap((filter) => this.#wordsOf(filter) ?? []),
    ];
    if (words.length === 0) return undefined;
    const params = [`${this.schema}.document`, words.map((word) => `(${word})`).join(' & ')];
    const bound = FEW_HITS + 1;
    const text = `select millrace.hits_at_most($1::regclass, $2::tsquery, ${bound}) as hits`;
    return { text, params };
  }

  /**
   * One row more than the limit, to know whether a page follows. Columns: key, version, body, place.
   *
   * @param few whether there are few hits, so that they are found first and then sorted
   */
  hits(few: boolean): Statement {
    const params: PgValue[] = [];
    const conditions = [...this.#conditions(params), ...this.#behind(params)].join(' and ');
    const { sortField, limit } = this.query;
    const direction = this.query.descending ? 'desc' : 'asc';
    const order = `place ${direction}, key ${direction} limit ${limit + 1}`;
    const table = `${this.schema}.document`;
    const place = `${quoted(sortField)} as place`;
    const text = few
      ? `with hits as materialized (select key, ${place} from ${table} where ${conditions}),
           page as materialized (select key, place from hits order by ${order})
         select key, version, body, place from page join ${table} using (key) order by ${order}`
      : `select key, version, body, ${place} from ${table} where ${conditions} order by ${order}`;
    return { text, params };
  }

  /**
   * Values of all facet fields with their counts, over hits that are found once. Columns: field,
   * value, count; per field most frequent first. undefined: no facets are asked for.
   */
  facets(): Statement | undefined {
    const { facets } = this.query;
    if (facets.length === 0) return undefined;
    const params: PgValue[] = [];
    const conditions = this.#conditions(params).join(' and ');
    const counted = facets.map((field) => {
      const column = quoted(field);
      return `(select ${parameter(params, field)}::text as field, ${column} as value, count(*) as count
        from hits where ${column} <> '' group by 2 order by 3 desc, 2 limit ${FACET_VALUES})`;
    });
    const text = `with hits as materialized (
        select ${facets.map(quoted).join(', ')} from ${this.schema}.document
         where ${conditions} order by ${this.#order()} limit ${FACET_HITS})
      ${counted.join(' union all ')}`;
    return { text, params };
  }

  #order(): string {
    const direction = this.query.descending ? 'desc' : 'asc';
    return `${quoted(this.query.sortField)} ${direction}, key ${direction}`;
  }

  #conditions(params: PgValue[]): readonly string[] {
    const conditions = ['body is not null'];
    const { terms, filters } = this.query;
    if (terms.length > 0) {
      conditions.push(`words @@ ${parameter(params, tsqueryOf(terms))}::tsquery`);
    }
    for (const filter of filters) conditions.push(...this.#filter(filter, params));
    return conditions;
  }

  #filter(filter: SearchFilter, params: PgValue[]): readonly string[] {
    return [...this.#byWord(filter, params), this.#byColumn(filter, params)].flat();
  }

  /** Lets the word index find the few documents whose column is then compared. */
  #byWord(filter: SearchFilter, params: PgValue[]): readonly string[] {
    const words = this.#wordsOf(filter);
    return words === undefined ? [] : [`words @@ ${parameter(params, words)}::tsquery`];
  }

  #wordsOf(filter: SearchFilter): string | undefined {
    if (filter.kind === 'range' || !isFoundByWord(this.definition, filter.field)) return undefined;
    const values = filter.kind === 'eq' ? [filter.value] : filter.values;
    return anyWordOf(values.map((value) => keywordWord(String(value))));
  }

  #byColumn(filter: SearchFilter, params: PgValue[]): readonly string[] {
    const type = this.#fields.get(filter.field)?.type ?? 'text';
    const column = quoted(filter.field);
    switch (filter.kind) {
      case 'eq':
        return [`${column} = ${parameter(params, String(filter.value))}::${type}`];
      case 'in': {
        params.push(columnText(filter.values));
        return [`${column} = any(${columnArray(params.length, type)})`];
      }
      case 'range':
        return [
          ...bound(params, `${column} >=`, filter.from),
          ...bound(params, `${column} <=`, filter.to),
          ...bound(params, `${column} <`, filter.before),
        ];
    }
  }

  #behind(params: PgValue[]): readonly string[] {
    const { after, sortField, descending } = this.query;
    if (after === undefined) return [];
    const value = parameter(params, String(after.value));
    const key = parameter(params, after.key);
    const sort = quoted(sortField);
    const compared = descending ? '<' : '>';
    return [
      `${sort} ${compared}= ${value}::bigint`,
      `(${sort}, key) ${compared} (${value}::bigint, ${key}::text)`,
    ];
  }
}

const parameter = (params: PgValue[], value: PgValue): string => {
  params.push(value);
  return `$${params.length}`;
};

const bound = (
  params: PgValue[],
  comparison: string,
  value: number | undefined,
): readonly string[] =>
  value === undefined ? [] : [`${comparison} ${parameter(params, String(value))}::bigint`];
