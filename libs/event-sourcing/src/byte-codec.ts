/**
 * Whole numbers of variable length, texts and digests in a buffer that grows.
 */

/** Writes from 0 on; `bytes` is replaced when it grows. */
export class ByteWriter {
  bytes = Buffer.allocUnsafeSlow(4_096);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  /** @param value 0 to 255 */
  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length] = value;
    this.length += 1;
  }

  /** @param value a safe integer >= 0; takes 1 byte per 7 bits */
  whole(value: number): void {
    this.reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.bytes[this.length] = (rest % 0x80) | 0x80;
      this.length += 1;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[this.length] = rest;
    this.length += 1;
  }

  float(value: number): void {
    this.reserve(8);
    this.length = this.bytes.writeDoubleLE(value, this.length);
  }

  text(value: string): void {
    if (value.length < 64 && this.shortAscii(value)) return;
    const size = Buffer.byteLength(value, 'utf8');
    this.whole(size);
    this.reserve(size);
    this.length += this.bytes.write(value, this.length, 'utf8');
  }

  /** Short texts are the rule; a call into native code for each costs more than this loop. */
  private shortAscii(value: string): boolean {
    this.reserve(64);
    const { bytes, length } = this;
    for (let i = 0; i < value.length; i += 1) {
      const code = value.charCodeAt(i);
      if (code >= 0x80) return false;
      bytes[length + 1 + i] = code;
    }
    bytes[length] = value.length;
    this.length = length + 1 + value.length;
    return true;
  }

  /** @param value an even number of hexadecimal digits, lower case */
  hex(value: string): void {
    this.whole(value.length / 2);
    this.reserve(value.length / 2);
    this.length += this.bytes.write(value, this.length, 'hex');
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.length + more));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }
}

/** Reads what a ByteWriter wrote. */
export class ByteReader {
  constructor(
    private readonly bytes: Buffer,
    private at: number,
  ) {}

  byte(): number {
    this.at += 1;
    return this.bytes[this.at - 1] ?? 0;
  }

  whole(): number {
    let value = 0;
    let unit = 1;
    for (;;) {
      const next = this.byte();
      value += (next & 0x7f) * unit;
      if (next < 0x80) return value;
      unit *= 0x80;
    }
  }

  float(): number {
    this.at += 8;
    return this.bytes.readDoubleLE(this.at - 8);
  }

  text(): string {
    return this.slice('utf8');
  }

  hex(): string {
    return this.slice('hex');
  }

  private slice(encoding: 'utf8' | 'hex'): string {
    const size = this.whole();
    this.at += size;
    return this.bytes.toString(encoding, this.at - size, this.at);
  }
}
