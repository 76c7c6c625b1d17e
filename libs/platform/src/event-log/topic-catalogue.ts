/**
 * All topics, declared once. Partition counts are equal, so that events, state and command results
 * of one card are in one lane.
 */
import { type EventLog, TopicMismatchError, type TopicSpec } from '@millrace/event-log';

const DAY_MS = 86_400_000;

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
  const { lanes: partitions, commandResultsMs } = options;
  const facts = { partitions, cleanup: 'delete', retentionMs: -1 } as const;
  const table = { partitions, cleanup: 'compact', retentionMs: -1 } as const;
  const aside = { partitions, cleanup: 'delete', retentionMs: 14 * DAY_MS } as const;
  return [
    { name: 'alert-events', ...facts },
    { name: 'alerts', ...table },
    { name: 'card-events', ...facts },
    { name: 'card-state', ...table },
    {
      name: 'command-results',
      partitions,
      cleanup: 'compact,delete',
      retentionMs: commandResultsMs,
    },
    { name: 'dead-letters', ...aside },
    { name: 'detect-changelog', ...table },
    { name: 'late-payments', ...aside },
    { name: 'merchant-events', ...facts },
    { name: 'merchants', ...table },
  ];
};

/**
 * Creates the topics that are missing.
 *
 * @throws TopicMismatchError a topic is declared twice with different settings, or exists with
 *   other settings than declared; names topic, setting, found and wanted
 */
export const ensureCatalogue = async (
  log: EventLog,
  specs: readonly TopicSpec[],
): Promise<void> => {
  const byName = new Map<string, TopicSpec>();
  for (const spec of specs) {
    const known = byName.get(spec.name) ?? spec;
    for (const setting of ['partitions', 'cleanup', 'retentionMs'] as const) {
      if (known[setting] !== spec[setting]) {
        const difference = { found: known[setting], wanted: spec[setting] };
        throw new TopicMismatchError(spec.name, setting, difference);
      }
    }
    byName.set(spec.name, spec);
  }
  await log.ensureTopics([...byName.values()]);
};
