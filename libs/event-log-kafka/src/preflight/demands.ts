/** What a cluster is compared with. */
import type { TopicSpec } from '@millrace/event-log';
import type { KafkaLimits } from '../kafka-options';

/** Longest that readers may be down without a loss, unless told otherwise: 72 h. */
export const DEFAULT_OUTAGE_BUDGET_MS = 259_200_000;
/** Writers' ids are remembered at least so long. */
export const TRANSACTIONAL_ID_EXPIRATION_MS = 604_800_000;

/** See the top of the file. */
export interface Demands {
  /** Every topic of the log. */
  readonly specs: readonly TopicSpec[];
  readonly limits: Pick<
    KafkaLimits,
    'maxBatchBytes' | 'maxRecordBytes' | 'sessionTimeoutMs' | 'transactionTimeoutMs'
  >;
  readonly outageBudgetMs: number;
}
