/**
 * Plain data as bytes, self-contained: for values that travel between lanes.
 */
import { Packr } from 'msgpackr';

const packr = new Packr({ useRecords: true, moreTypes: true, mapsAsObjects: false });

/** MessagePack with inline record definitions, so that Map and object stay apart. */
export const packPlain = (value: unknown): Buffer => Buffer.from(packr.pack(value));

/** Reads what `packPlain` wrote; the type is the writer's, not checked again. */
export const unpackPlain = <T>(bytes: Uint8Array): T => packr.unpack(bytes);
