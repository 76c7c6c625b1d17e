/** What is known of topics' declarations: readers and writers check against it. */
import type { TopicSpec } from '@millrace/event-log';

/** Declarations by the names of the port (without the namespace). */
export interface TopicRegistry {
  /** Undefined when it was not learned yet, or does not exist. */
  known(topic: string): TopicSpec | undefined;
  /** Makes topics known, asking the cluster where needed; those that do not exist stay unknown. */
  learn(topics: Iterable<string>): Promise<void>;
}
