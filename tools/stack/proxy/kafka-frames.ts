/**
 * Splits a byte stream into Kafka's frames (int32 length, then as many bytes) without collecting
 * them: the first bytes of a frame are given together, the rest as it arrives.
 * Source: Kafka protocol guide, "Request/Response Header" and "Protocol Primitive Types".
 */

/** Part of a frame, in the order of the stream. */
export type FramePart =
  /** Length and the first bytes of the frame: as many as asked for, fewer only if it is shorter. */
  | { readonly kind: 'head'; readonly bytes: Buffer }
  | { readonly kind: 'body'; readonly bytes: Buffer }
  | { readonly kind: 'end' };

const LENGTH_BYTES = 4;
/** Longer than any broker takes (100 MB), shorter than what the first bytes of TLS would mean. */
const MAX_FRAME_BYTES = 268_435_456;

/** Splits one direction of one connection. */
export class FrameSplitter {
  #head: Buffer = Buffer.alloc(0);
  /** Bytes left of the frame whose head was given; undefined between frames. */
  #left: number | undefined;
  #isForeign = false;

  /** @param headBytes bytes wanted after the length */
  constructor(readonly headBytes: number) {}

  /** @returns parts; a stream that is not Kafka's (TLS) is one endless body */
  push(chunk: Buffer): readonly FramePart[] {
    const parts: FramePart[] = [];
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#isForeign) {
        parts.push({ kind: 'body', bytes: rest });
        return parts;
      }
      rest = this.#left === undefined ? this.#takeHead(rest, parts) : this.#takeBody(rest, parts);
    }
    return parts;
  }

  #takeHead(bytes: Buffer, parts: FramePart[]): Buffer {
    const known = Buffer.concat([this.#head, bytes.subarray(0, this.#headSize(bytes))]);
    const taken = known.length - this.#head.length;
    this.#head = known;
    const length = known.length < LENGTH_BYTES ? undefined : known.readInt32BE(0);
    if (length === undefined) return bytes.subarray(taken);
    if (length < 0 || length > MAX_FRAME_BYTES) {
      this.#isForeign = true;
      parts.push({ kind: 'body', bytes: known });
    } else if (known.length === LENGTH_BYTES + Math.min(length, this.headBytes)) {
      parts.push({ kind: 'head', bytes: known });
      this.#left = LENGTH_BYTES + length - known.length;
      this.#head = Buffer.alloc(0);
      this.#endIfWhole(parts);
    }
    return bytes.subarray(taken);
  }

  /** How many of these bytes the head may take: those of the length first, it says the rest. */
  #headSize(bytes: Buffer): number {
    const have = this.#head.length;
    if (have < LENGTH_BYTES) return Math.min(bytes.length, LENGTH_BYTES - have);
    const size = LENGTH_BYTES + Math.min(this.#head.readInt32BE(0), this.headBytes);
    return Math.min(bytes.length, size - have);
  }

  #takeBody(bytes: Buffer, parts: FramePart[]): Buffer {
    const left = this.#left ?? 0;
    const body = bytes.subarray(0, left);
    parts.push({ kind: 'body', bytes: body });
    this.#left = left - body.length;
    this.#endIfWhole(parts);
    return bytes.subarray(body.length);
  }

  #endIfWhole(parts: FramePart[]): void {
    if (this.#left !== 0) return;
    this.#left = undefined;
    parts.push({ kind: 'end' });
  }
}
