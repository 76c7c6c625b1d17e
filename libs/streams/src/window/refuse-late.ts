/**
 * What every windowed operator does with a record that windows refused.
 */
import type { EpochMs } from '@millrace/event-log';
import { type Receiver, type StreamRecord, withValue } from '../topology/stream-record';
import type { Wiring } from '../topology/wiring';
import type { LateRecord } from './late';
import type { WindowBounds } from './time-window';

/** Counts the drop and gives it to the side output if there is one. */
export const refuse = <V>(
  late: {
    readonly operator: string;
    readonly windows: readonly WindowBounds[];
    readonly nowMs: EpochMs;
  },
  record: StreamRecord<V>,
  to: { readonly wiring: Wiring; readonly outlet: Receiver<LateRecord<V>> | undefined },
): void => {
  const { operator, windows, nowMs } = late;
  to.wiring.drop({ operator, reason: 'late', timestampMs: record.timestampMs, windows });
  to.outlet?.(withValue(record, { value: record.value, windows, nowMs }));
};
