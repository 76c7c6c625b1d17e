/**
 * State as bytes: [format 1][schema version][MessagePack]. Names of object fields are stored once
 * per store, as structures that travel in the changelog beside the values.
 */
import { Packr } from 'msgpackr';
import { StateVersionError } from '../streams.errors';
import type { StoreSpec } from './store-spec';

const FORMAT = 1;
const HEADER_BYTES = 2;

/** Field names of the shapes that a store has seen, by structure number. */
export type Structures = readonly (readonly string[])[];

/** Encodes and decodes the values of one store of one lane. */
export class StoreCodec<T> {
  #structures: string[][] = [];
  #packr = packrWith(this.#structures);
  #sent = 0;

  constructor(private readonly spec: StoreSpec<T>) {}

  encode(value: T): Buffer {
    const body = this.#packr.pack(value);
    const bytes = Buffer.allocUnsafe(HEADER_BYTES + body.length);
    bytes[0] = FORMAT;
    bytes[1] = this.spec.schemaVersion;
    body.copy(bytes, HEADER_BYTES);
    return bytes;
  }

  /** @throws StateVersionError for another format, a newer schema, or an older without `upgrade` */
  decode(bytes: Uint8Array): T {
    const [format = 0, version = 0] = bytes;
    const { name, schemaVersion, upgrade } = this.spec;
    if (format !== FORMAT) throw new StateVersionError(name, format, FORMAT);
    const body = bytes.subarray(HEADER_BYTES);
    if (version === schemaVersion) return this.#unpack(body);
    if (version > schemaVersion || upgrade === undefined) {
      throw new StateVersionError(name, version, schemaVersion);
    }
    return upgrade(this.#packr.unpack(body), version);
  }

  /** Structures that came up since the last call; undefined when there are none. */
  takeNewStructures(): Structures | undefined {
    if (this.#structures.length === this.#sent) return undefined;
    this.#sent = this.#structures.length;
    return this.#structures.map((names) => [...names]);
  }

  restoreStructures(structures: Structures): void {
    this.#structures = structures.map((names) => [...names]);
    this.#packr = packrWith(this.#structures);
    this.#sent = this.#structures.length;
  }

  // The bytes are our own writer's and carry their version: their type is not checked again.
  #unpack(body: Uint8Array): T {
    return this.#packr.unpack(body);
  }
}

const packrWith = (structures: string[][]): Packr =>
  new Packr({ structures, useRecords: true, moreTypes: true, copyBuffers: true });
