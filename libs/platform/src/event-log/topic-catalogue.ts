/**
 * All topics: those that each domain declares, and the outcomes of commands. Partition counts are
 * equal, so that events, state and command results of one card are in one lane.
 */
import type { TopicSpec } from '@millrace/event-log';
import { fraudTopics } from '@millrace/fraud';
import { paymentTopics } from '@millrace/payments';

/** What the catalogue depends on. */
export interface CatalogueOptions {
  /** Partitions of every topic. */
  readonly lanes: number;
  /** How long the outcome of a command is kept, ms. */
  readonly commandResultsMs: number;
}

/**
 * The topics of Millrace, ascending by name. Facts stay for ever, tables are compacted, outcomes
 * of commands and what could not be counted are kept for a while.
 */
export const topicCatalogue = (options: CatalogueOptions): readonly TopicSpec[] => {
  const { lanes: partitions, commandResultsMs: retentionMs } = options;
  const results = { name: 'command-results', cleanup: 'compact,delete' } as const;
  return [
    ...paymentTopics(partitions),
    ...fraudTopics(partitions),
    { ...results, partitions, retentionMs },
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
};
