/**
 * Reads zigzag varints. Beyond the end it reads zeros: who uses it compares `at` with the end.
 */

/** A place in a buffer. */
export class VarintReader {
  at = 0;

  constructor(readonly bytes: Buffer) {}

  /** An int32; bits beyond are dropped. */
  varint(): number {
    const { bytes } = this;
    let byte = bytes[this.at++] ?? 0;
    if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1);
    let value = byte & 0x7f;
    for (let shift = 7; shift < 35; shift += 7) {
      byte = bytes[this.at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return (value >>> 1) ^ -(value & 1);
  }

  /** A 64-bit integer; not exact beyond 2^53. */
  varlong(): number {
    const { bytes } = this;
    let byte = bytes[this.at++] ?? 0;
    if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1);
    const isNegative = (byte & 1) === 1;
    // The lowest bit is the sign; without it the number is halved and keeps a bit more.
    let value = (byte & 0x7f) >>> 1;
    let scale = 64;
    for (let more = 9; more > 0; more--) {
      byte = bytes[this.at++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
      scale *= 128;
    }
    return isNegative ? -value - 1 : value;
  }
}
