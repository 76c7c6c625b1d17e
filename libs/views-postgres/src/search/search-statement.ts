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

  /** One row more than the limit, to know whether a page follows. Columns: key, version, body, place. */
  hits(): Statement {
    const params: PgValue[] = [];
    const conditions = [...this.#conditions(params), ...this.#behind(params)];
    const sort = quoted(this.query.sortField);
    const text = `select key, version, body, ${sort} as place from ${this.schema}.document
      where ${conditions.join(' and ')} order by ${this.#order()} limit ${this.query.limit + 1}`;
    return { text, params };
  }

  /** Values of one facet field with their counts. Columns: value, count. */
  facet(field: string): Statement {
    const params: PgValue[] = [];
    const column = quoted(field);
    const text = `select ${column} as value, count(*) as count
      from (select ${column} from ${this.schema}.document
             where ${this.#conditions(params).join(' and ')}
             order by ${this.#order()} limit ${FACET_HITS}) as hits
      where ${column} <> '' group by 1 order by 2 desc, 1 limit ${FACET_VALUES}`;
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
    if (filter.kind === 'range' || !isFoundByWord(this.definition, filter.field)) return [];
    const values = filter.kind === 'eq' ? [filter.value] : filter.values;
    const words = anyWordOf(values.map((value) => keywordWord(String(value))));
    return [`words @@ ${parameter(params, words)}::tsquery`];
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
