/**
 * What a topic is, and where it stands in the catalogue.
 */

/** How a topic gives space back: by age, by keeping the newest record of each key, or by both. */
export type CleanupPolicy = 'delete' | 'compact' | 'compact,delete';

/** A topic as it is declared once, in the catalogue; start-up compares it with the log. */
export interface TopicSpec {
  /** 1 to 200 characters of `a-z 0-9 . - _`. */
  readonly name: string;
  /** Number of partitions, 1 to 1,000; fixed when the topic is created. */
  readonly partitions: number;
  readonly cleanup: CleanupPolicy;
  /** Age (append time) after which records may go, in ms; -1 = never. Ignored for `compact`. */
  readonly retentionMs: number;
}

/** One partition of one topic. */
export interface TopicPartition {
  readonly topic: string;
  /** 0-based. */
  readonly partition: number;
}

/** A partition and the offset of the next record to be read there. */
export interface Position extends TopicPartition {
  /** Offset of the next record, not of the last one; a safe integer >= 0. */
  readonly offset: number;
}
