/**
 * Header names and repeated values of one batch, each written once.
 *
 * Records of a batch mostly have the same header names, and half of the values repeat that of the
 * record before. So a record names its shape, and says for each value whether it is new.
 */
import { InvalidRecordError, type RecordHeaders } from '@millrace/event-log';

/** A sequence of header names, with what each of them last held. */
export interface HeaderShape {
  readonly id: number;
  readonly names: readonly string[];
  readonly last: string[];
  /** Index of `last` in the dictionary; -1 while it stands in its record only. */
  readonly lastIndex: number[];
}

/** Shapes and dictionary of one batch under construction. */
export class HeaderShapes {
  #current: HeaderShape | undefined;
  readonly #shapes: HeaderShape[] = [];
  readonly #byNames = new Map<string, HeaderShape>();
  readonly dictionary: string[] = [];

  /** Shapes in the order of their ids. */
  all(): readonly HeaderShape[] {
    return this.#shapes;
  }

  /** The shape of these headers; @throws InvalidRecordError a name cannot be kept */
  shapeOf(headers: RecordHeaders): HeaderShape {
    const current = this.#current;
    if (current !== undefined && hasNames(headers, current.names)) return current;
    this.#current = this.#known(headers) ?? this.#add(Object.keys(headers));
    return this.#current;
  }

  /** Puts the last value of a column into the dictionary. @returns its index */
  promote(shape: HeaderShape, column: number): number {
    const index = this.dictionary.length;
    this.dictionary.push(shape.last[column] ?? '');
    shape.lastIndex[column] = index;
    return index;
  }

  // Batches have few shapes; comparing with them is cheaper than making a text to look up.
  #known(headers: RecordHeaders): HeaderShape | undefined {
    const few = Math.min(this.#shapes.length, FEW_SHAPES);
    for (let i = 0; i < few; i++) {
      const shape = this.#shapes[i];
      if (shape !== undefined && hasNames(headers, shape.names)) return shape;
    }
    if (this.#shapes.length <= FEW_SHAPES) return undefined;
    return this.#byNames.get(JSON.stringify(Object.keys(headers)));
  }

  #add(names: readonly string[]): HeaderShape {
    if (names.includes('__proto__')) {
      throw new InvalidRecordError('__proto__ is not allowed as the name of a header');
    }
    const id = this.#shapes.length;
    const shape = { id, names, last: names.map(() => NO_VALUE), lastIndex: names.map(() => -1) };
    this.#byNames.set(JSON.stringify(names), shape);
    this.#shapes.push(shape);
    return shape;
  }
}

const FEW_SHAPES = 8;
const NO_VALUE = '\u0000no value yet\u0000';

const hasNames = (headers: RecordHeaders, names: readonly string[]): boolean => {
  let index = 0;
  for (const name in headers) if (names[index++] !== name) return false;
  return index === names.length;
};
