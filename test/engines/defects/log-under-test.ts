/** The log under test: our adapter, as specs of this folder open it. */
import {
  type KafkaLimits,
  type KafkaLog,
  type KafkaObserver,
  openKafkaLog,
} from '@millrace/event-log-kafka';

/** What differs from the defaults. */
export interface LogOptions {
  readonly limits?: Partial<KafkaLimits>;
  readonly observer?: KafkaObserver;
}

/** Close it. */
export const openLogUnderTest = (
  brokers: readonly string[],
  options: LogOptions = {},
): Promise<KafkaLog> => openKafkaLog({ brokers, clock: { nowMs: Date.now }, ...options });
