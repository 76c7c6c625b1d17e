/**
 * Many small byte strings in few large buffers, outside the JavaScript heap: no object per entry,
 * nothing for the garbage collector to walk. Space of freed entries comes back slab by slab.
 */

const HEADER_BYTES = 8;

interface Slab {
  readonly bytes: Buffer;
  used: number;
  live: number;
}

/** Where an entry's bytes are; valid until the next `add` or `free`. */
export interface SlabView {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Entries are named by slots: small integers, reused after `free`. */
export class ByteSlabs {
  private readonly slabs: (Slab | undefined)[] = [];
  private readonly freeSlabs: number[] = [];
  /** Address of each slot: slab number * slabBytes + offset in it; -1 when free. */
  private readonly addresses: number[] = [];
  private readonly freeSlots: number[] = [];
  private current = -1;

  /** @param slabBytes size of a slab; a longer entry gets a slab of its own */
  constructor(private readonly slabBytes = 1_048_576) {}

  /** Bytes held in buffers, dead ones included. */
  get heldBytes(): number {
    return this.slabs.reduce((sum, slab) => sum + (slab?.bytes.length ?? 0), 0);
  }

  /** Copies `source[0, length)` and returns its slot. */
  add(source: Buffer, length: number): number {
    const slot = this.freeSlots.pop() ?? this.addresses.push(-1) - 1;
    this.place(slot, { bytes: source, start: 0, end: length });
    return slot;
  }

  view(slot: number): SlabView {
    const address = this.addresses[slot] ?? -1;
    const slab = this.slabs[Math.floor(address / this.slabBytes)];
    if (slab === undefined) throw new RangeError(`slot ${slot} is free`);
    const at = address % this.slabBytes;
    const start = at + HEADER_BYTES;
    return { bytes: slab.bytes, start, end: start + slab.bytes.readUInt32LE(at + 4) };
  }

  free(slot: number): void {
    const { start, end } = this.view(slot);
    const index = Math.floor((this.addresses[slot] ?? -1) / this.slabBytes);
    this.addresses[slot] = -1;
    this.freeSlots.push(slot);
    const slab = this.slabs[index];
    if (slab === undefined) return;
    slab.live -= end - start + HEADER_BYTES;
    // A sealed slab that is more than half dead is emptied: each byte is copied at most once per
    // byte that died, so the cost stays proportional to what is written.
    if (index !== this.current && slab.live * 2 < slab.used) this.evacuate(index, slab);
  }

  private place(slot: number, source: SlabView): void {
    const length = source.end - source.start;
    const index = this.slabFor(length + HEADER_BYTES);
    const slab = this.slabs[index];
    if (slab === undefined) throw new RangeError(`slab ${index} is gone`);
    const at = slab.used;
    slab.bytes.writeUInt32LE(slot, at);
    slab.bytes.writeUInt32LE(length, at + 4);
    source.bytes.copy(slab.bytes, at + HEADER_BYTES, source.start, source.end);
    slab.used += length + HEADER_BYTES;
    slab.live += length + HEADER_BYTES;
    this.addresses[slot] = index * this.slabBytes + at;
  }

  private slabFor(bytes: number): number {
    const current = this.slabs[this.current];
    if (current !== undefined && current.used + bytes <= current.bytes.length) return this.current;
    const index = this.freeSlabs.pop() ?? this.slabs.length;
    const size = Math.max(bytes, this.slabBytes);
    this.slabs[index] = { bytes: Buffer.allocUnsafeSlow(size), used: 0, live: 0 };
    if (bytes <= this.slabBytes) this.current = index;
    return index;
  }

  private evacuate(index: number, slab: Slab): void {
    let at = 0;
    while (at < slab.used) {
      const slot = slab.bytes.readUInt32LE(at);
      const end = at + HEADER_BYTES + slab.bytes.readUInt32LE(at + 4);
      if (this.addresses[slot] === index * this.slabBytes + at) {
        this.place(slot, { bytes: slab.bytes, start: at + HEADER_BYTES, end });
      }
      at = end;
    }
    this.slabs[index] = undefined;
    this.freeSlabs.push(index);
  }
}
