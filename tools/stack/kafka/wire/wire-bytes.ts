/** The few types of Kafka's protocol (before its flexible versions) that the stack asks with. */

/** Builds the body of a request. */
export class WireWriter {
  readonly #parts: Buffer[] = [];

  int8(value: number): this {
    const part = Buffer.alloc(1);
    part.writeInt8(value);
    return this.#add(part);
  }

  int16(value: number): this {
    const part = Buffer.alloc(2);
    part.writeInt16BE(value);
    return this.#add(part);
  }

  int32(value: number): this {
    const part = Buffer.alloc(4);
    part.writeInt32BE(value);
    return this.#add(part);
  }

  int64(value: number): this {
    const part = Buffer.alloc(8);
    part.writeBigInt64BE(BigInt(value));
    return this.#add(part);
  }

  string(value: string): this {
    const text = Buffer.from(value, 'utf8');
    return this.int16(text.length).#add(text);
  }

  array<Item>(items: readonly Item[], write: (item: Item) => void): this {
    this.int32(items.length);
    for (const item of items) write(item);
    return this;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  #add(part: Buffer): this {
    this.#parts.push(part);
    return this;
  }
}

/** Reads the body of a response, in order. */
export class WireReader {
  #at = 0;

  constructor(readonly buffer: Buffer) {}

  int8(): number {
    return this.buffer.readInt8(this.#forward(1));
  }

  int16(): number {
    return this.buffer.readInt16BE(this.#forward(2));
  }

  int32(): number {
    return this.buffer.readInt32BE(this.#forward(4));
  }

  /** Offsets and times; the stack's own topics never come near 2^53. */
  int64(): number {
    return Number(this.buffer.readBigInt64BE(this.#forward(8)));
  }

  nullableString(): string | undefined {
    const length = this.int16();
    if (length < 0) return undefined;
    const start = this.#forward(length);
    return this.buffer.toString('utf8', start, start + length);
  }

  string(): string {
    return this.nullableString() ?? '';
  }

  array<Item>(read: () => Item): readonly Item[] {
    const length = this.int32();
    return Array.from({ length: Math.max(length, 0) }, read);
  }

  #forward(bytes: number): number {
    const start = this.#at;
    this.#at += bytes;
    return start;
  }
}
