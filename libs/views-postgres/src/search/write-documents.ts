/**
 * The statement that writes a batch of documents: set-based, newer versions only.
 */
import { type IndexDefinition, type VersionedDocument, wordsOf } from '@millrace/projections';
import { columnArray, columnText } from '../store/column-text';
import { movedCheckpoint } from '../store/postgres-view-store';
import { type FieldColumn, fieldColumns } from './search-tables';
import { vectorOf } from './word-vectors';

const FIXED = ['key', 'version', 'words', 'body'] as const;

/** Text of the statement for a generation's schema. Parameters: columns, then the checkpoint's. */
export const writeDocumentsText = (definition: IndexDefinition, schema: string): string => {
  const fields = fieldColumns(definition);
  const columns = [...FIXED, ...fields.map(({ column }) => column)];
  const types = ['text', 'bigint', 'text', 'text', ...fields.map(({ type }) => type)];
  const arrays = types.map((type, at) => columnArray(at + 1, type));
  const selected = columns.map((column) => (column === 'words' ? 'words::tsvector' : column));
  const replaced = columns.slice(1).map((column) => `${column} = excluded.${column}`);
  return `with ${movedCheckpoint(columns.length + 1)},
     batch (${columns.join(', ')}) as (select * from unnest(${arrays.join(', ')})),
     written as (
       insert into ${schema}.document as stored (${columns.join(', ')})
       select ${selected.join(', ')} from batch where exists (select 1 from moved)
       on conflict (key) do update set ${replaced.join(', ')}
       where stored.version < excluded.version
     )
     select count(*) as moved from moved`;
};

/** Parameters of the statement, without those of the checkpoint. */
export const documentParams = (
  definition: IndexDefinition,
  fields: readonly FieldColumn[],
  documents: readonly VersionedDocument[],
): readonly string[] => [
  columnText(documents.map(({ key }) => key)),
  columnText(documents.map(({ version }) => version)),
  columnText(documents.map((document) => wordsText(definition, document))),
  columnText(documents.map((document) => bodyText(document))),
  ...fields.map(({ field }) =>
    columnText(documents.map((document) => fieldValue(document, field))),
  ),
];

const wordsText = (definition: IndexDefinition, document: VersionedDocument): string | null =>
  document.fields === undefined ? null : vectorOf(wordsOf(definition, document.fields));

const bodyText = (document: VersionedDocument): string | null =>
  document.fields === undefined ? null : JSON.stringify(document.fields);

const fieldValue = (
  document: VersionedDocument,
  field: string,
): string | number | boolean | null => {
  const value = document.fields?.[field];
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : null;
};
