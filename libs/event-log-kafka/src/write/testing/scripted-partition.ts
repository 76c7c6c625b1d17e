/** A partition's log in memory that checks sequences of producers as a broker does. */
import { sequenceAfter } from '../sequence';
import type { SentBatch } from './produce-bytes';

const OUT_OF_ORDER_SEQUENCE_NUMBER = 45;

/** A batch as it stands in the log. */
export interface KeptBatch {
  readonly baseOffset: number;
  readonly baseSequence: number;
  readonly producerId: number;
  readonly count: number;
}

/** See the top of the file. */
export class ScriptedPartition {
  readonly batches: KeptBatch[] = [];
  #nextOffset = 0;

  /** Records in the log. */
  get count(): number {
    return this.batches.reduce((sum, { count }) => sum + count, 0);
  }

  /** Another writer's records, or a marker. */
  skip(count: number): void {
    this.#nextOffset += count;
  }

  append(batch: SentBatch): { readonly errorCode: number; readonly baseOffset: number } {
    const { baseSequence, producerId, count } = batch;
    const own = this.batches.filter((kept) => kept.producerId === producerId);
    const known = own.find((kept) => kept.baseSequence === baseSequence);
    if (known !== undefined) return { errorCode: 0, baseOffset: known.baseOffset };
    const last = own.at(-1);
    const wanted = last === undefined ? 0 : sequenceAfter(last.baseSequence, last.count);
    if (baseSequence !== wanted) return { errorCode: OUT_OF_ORDER_SEQUENCE_NUMBER, baseOffset: -1 };
    const baseOffset = this.#nextOffset;
    this.#nextOffset += count;
    this.batches.push({ baseOffset, baseSequence, producerId, count });
    return { errorCode: 0, baseOffset };
  }
}
