/**
 * The reader's tripwire: tells truncation, doubled prefixes and second writers by the log alone.
 */

/** What a reader has seen so far. */
export interface SequenceSeen {
  /** Of the aggregate's last event; 0: none yet; undefined: the reader joined midway, any passes. */
  readonly lastVersion: number | undefined;
  /** Highest writer epoch seen in the partition; 0 at its start. */
  readonly lastEpoch: number;
}

/** `ok`, or what is wrong with the next event; everything else quarantines the aggregate. */
export type SequenceVerdict = 'ok' | 'version-repeated' | 'version-gap' | 'epoch-fell';

/**
 * Judges the next event of a partition: its version is the aggregate's last one plus 1, and its
 * writer epoch is not below one seen before in the partition. A fallen epoch is told first: it is a
 * fenced writer's record, whatever its version.
 */
export const sequenceGuard = (
  seen: SequenceSeen,
  next: { readonly version: number; readonly writerEpoch: number },
): SequenceVerdict => {
  if (next.writerEpoch < seen.lastEpoch) return 'epoch-fell';
  if (seen.lastVersion === undefined) return 'ok';
  if (next.version <= seen.lastVersion) return 'version-repeated';
  return next.version === seen.lastVersion + 1 ? 'ok' : 'version-gap';
};
