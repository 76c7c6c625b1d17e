/**
 * A row in few bytes: field names are written once per shape, texts that repeat once per field, and
 * hexadecimal digests as bytes. A payment's row of 700 B of JSON takes about 200 B.
 */
import { isVersionedRow, type VersionedRow } from './aggregate';
import { ByteReader, ByteWriter } from './byte-codec';

const tag = {
  absent: 0,
  null: 1,
  true: 2,
  false: 3,
  whole: 4,
  float: 5,
  known: 6,
  text: 7,
  hex: 8,
  json: 9,
} as const;

/** A field whose texts repeat (a currency) gets a dictionary; past this many it has none. */
const KNOWN_TEXTS_PER_FIELD = 2_048;

/** Rows of further shapes are kept as JSON text, under number 0. */
const SHAPES = 64;

interface Field {
  readonly name: string;
  /** undefined: its texts do not repeat. */
  known: Map<string, number> | undefined;
  /** Texts by number; kept for rows packed before the dictionary was given up. */
  readonly texts: string[];
}

/** Packs and unpacks the rows of one store; what it has packed only it can unpack. */
export class RowPacker {
  private readonly shapes: (readonly Field[] | undefined)[] = [undefined];
  /** Rows of one kind come one after the other: the last shape is tried first. */
  private lastShape = 0;
  private readonly writer = new ByteWriter();

  /** The packed bytes are `writer.bytes[0, length)` until the next call. */
  pack(row: VersionedRow): { readonly bytes: Buffer; readonly length: number } {
    const { writer } = this;
    writer.clear();
    const names = Object.keys(row);
    const number = this.shapeOf(names);
    writer.whole(number);
    if (number === 0) writer.text(JSON.stringify(row));
    const values: readonly unknown[] = Object.values(row);
    const fields = this.shapes[number] ?? [];
    for (let i = 0; i < fields.length; i += 1) {
      const field = fields[i];
      if (field !== undefined) this.packValue(field, values[i]);
    }
    return { bytes: writer.bytes, length: writer.length };
  }

  unpack(bytes: Buffer, start: number): VersionedRow {
    const reader = new ByteReader(bytes, start);
    const number = reader.whole();
    const row = number === 0 ? jsonOf(reader) : this.fieldsOf(number, reader);
    if (!isVersionedRow(row)) throw new TypeError('a packed row has no version');
    return row;
  }

  private fieldsOf(number: number, reader: ByteReader): unknown {
    const row: Record<string, unknown> = {};
    for (const field of this.shapes[number] ?? []) {
      const value = unpackValue(field, reader);
      if (value !== undefined) row[field.name] = value;
    }
    return row;
  }

  private shapeOf(names: readonly string[]): number {
    if (hasShape(this.shapes[this.lastShape], names)) return this.lastShape;
    const found = this.shapes.findIndex((shape) => hasShape(shape, names));
    this.lastShape = found >= 0 ? found : this.addShape(names);
    return this.lastShape;
  }

  private addShape(names: readonly string[]): number {
    if (this.shapes.length > SHAPES) return 0;
    const fields = names.map((name) => ({ name, known: new Map<string, number>(), texts: [] }));
    return this.shapes.push(fields) - 1;
  }

  private packValue(field: Field, value: unknown): void {
    const { writer } = this;
    if (typeof value === 'string') this.packText(field, value);
    else if (typeof value === 'number') {
      if (Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0)) {
        writer.byte(tag.whole);
        writer.whole(value);
      } else {
        writer.byte(tag.float);
        writer.float(value);
      }
    } else if (value === undefined) writer.byte(tag.absent);
    else if (value === null) writer.byte(tag.null);
    else if (typeof value === 'boolean') writer.byte(value ? tag.true : tag.false);
    else {
      writer.byte(tag.json);
      writer.text(JSON.stringify(value));
    }
  }

  private packText(field: Field, text: string): void {
    const { writer } = this;
    const known = numberOf(field, text);
    if (known !== undefined) {
      writer.byte(tag.known);
      writer.whole(known);
    } else if (isDigest(text)) {
      writer.byte(tag.hex);
      writer.hex(text);
    } else {
      writer.byte(tag.text);
      writer.text(text);
    }
  }
}

const numberOf = (field: Field, text: string): number | undefined => {
  const { known } = field;
  if (known === undefined) return undefined;
  const found = known.get(text);
  if (found !== undefined) return found;
  if (known.size === KNOWN_TEXTS_PER_FIELD) {
    field.known = undefined;
    return undefined;
  }
  known.set(text, field.texts.length);
  return field.texts.push(text) - 1;
};

const unpackValue = (field: Field, reader: ByteReader): unknown => {
  switch (reader.byte()) {
    case tag.null:
      return null;
    case tag.true:
      return true;
    case tag.false:
      return false;
    case tag.whole:
      return reader.whole();
    case tag.float:
      return reader.float();
    case tag.known:
      return field.texts[reader.whole()];
    case tag.text:
      return reader.text();
    case tag.hex:
      return reader.hex();
    case tag.json:
      return jsonOf(reader);
    default:
      return undefined;
  }
};

const jsonOf = (reader: ByteReader): unknown => JSON.parse(reader.text());

const DIGEST = /^[0-9a-f]+$/;

/** A lower-case hexadecimal digest of 128, 160, 256 or 512 bits: half the bytes when packed. */
const isDigest = (text: string): boolean => {
  const { length } = text;
  return (length === 64 || length === 32 || length === 40 || length === 128) && DIGEST.test(text);
};

const hasShape = (shape: readonly Field[] | undefined, names: readonly string[]): boolean => {
  if (shape === undefined || shape.length !== names.length) return false;
  for (let i = 0; i < names.length; i += 1) if (shape[i]?.name !== names[i]) return false;
  return true;
};
