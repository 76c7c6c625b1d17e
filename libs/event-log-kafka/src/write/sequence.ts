/**
 * Sequence numbers of one producer in one partition: 0 to 2^31 - 1, then 0 again (kafkajs starts
 * over too early, and a broker refuses that). A broker takes a batch only if it follows the last.
 */

const SEQUENCES = 2 ** 31;

/** Sequence number of the record that follows `count` records from `sequence` on. */
export const sequenceAfter = (sequence: number, count: number): number =>
  (sequence + count) % SEQUENCES;
