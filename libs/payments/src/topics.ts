/**
 * The topics of this domain.
 */

/** A topic declaration; structurally the TopicSpec of `@millrace/event-log`. */
export interface PaymentTopic {
  readonly name: string;
  readonly partitions: number;
  readonly cleanup: 'delete' | 'compact';
  readonly retentionMs: number;
}

/** Names of the topics of this domain. */
export const topicNames = {
  cardEvents: 'card-events',
  cardState: 'card-state',
  merchantEvents: 'merchant-events',
  merchants: 'merchants',
} as const;

/**
 * Topics of cards and merchants: events are kept for ever, tables are compacted.
 *
 * @param lanes partitions of each, > 0; fixed when the topics are created
 */
export const paymentTopics = (lanes: number): readonly PaymentTopic[] => {
  const events = { partitions: lanes, cleanup: 'delete', retentionMs: -1 } as const;
  const table = { partitions: lanes, cleanup: 'compact', retentionMs: -1 } as const;
  return [
    { name: topicNames.cardEvents, ...events },
    { name: topicNames.cardState, ...table },
    { name: topicNames.merchantEvents, ...events },
    { name: topicNames.merchants, ...table },
  ];
};
