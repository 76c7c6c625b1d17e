/**
 * Tables of an index: the document as JSON text, its words, and a column per field to ask by.
 */
import { type FieldType, type IndexDefinition, queryableFields } from '@millrace/projections';
import { quoted } from '../store/row-values';

/** A field with a column of its own. */
export interface FieldColumn {
  readonly field: string;
  /** Quoted. */
  readonly column: string;
  readonly type: 'text' | 'bigint' | 'boolean';
}

/** Columns of an index, in the order of `queryableFields`. */
export const fieldColumns = (definition: IndexDefinition): readonly FieldColumn[] =>
  queryableFields(definition).map((field) => ({
    field,
    column: quoted(field),
    type: columnType(definition.fields[field]),
  }));

/**
 * Whether an equality on this field is found by its word: the word index is there anyway, and an
 * ordered index per field would cost some 6 µs with each document.
 */
export const isFoundByWord = (definition: IndexDefinition, field: string): boolean =>
  definition.fields[field] === 'keyword' &&
  definition.words.includes(field) &&
  definition.selective.includes(field);

/**
 * Statements that make the table and its indexes. Kept cheap to write: the key, one ordered index
 * per sort (equal values are put in order by key as they are read) and per selective field that is not found by its word, and the words, whose index collects new entries before it
 * sorts them in. A tombstone has its key and version alone.
 */
export const documentTables = (definition: IndexDefinition, schema: string): readonly string[] => {
  const columns = fieldColumns(definition);
  const listed = columns.map(({ column, type }) =>
    type === 'text' ? `${column} text collate "C"` : `${column} ${type}`,
  );
  const first = quoted(definition.sorts[0]);
  return [
    `create table ${schema}.document (
       key text collate "C" primary key,
       version bigint not null,
       words tsvector,
       body text,
       ${listed.join(',\n       ')}
     ) with (fillfactor = 95, toast_tuple_target = 8160)`,
    ...definition.sorts.map((sort) => `create index on ${schema}.document (${quoted(sort)})`),
    ...definition.selective
      .filter((field) => !isFoundByWord(definition, field))
      .map((field) => `create index on ${schema}.document (${quoted(field)}, ${first})`),
    `create index words on ${schema}.document using gin (words) with (fastupdate = on)`,
  ];
};

const columnType = (type: FieldType | undefined): FieldColumn['type'] => {
  if (type === 'keyword') return 'text';
  return type === 'boolean' ? 'boolean' : 'bigint';
};
