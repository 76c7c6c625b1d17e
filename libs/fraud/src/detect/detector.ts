/**
 * The operator of detection: `detectPayment` with a store, an operator's time and outputs.
 */
import {
  type KeyValueStore,
  type Processor,
  type ProcessorContext,
  type StoreSpec,
  type StreamRecord,
  storeSpec,
} from '@millrace/streams';
import type { Alert } from '../alert/alert';
import type { PaymentFact } from '../payment/payment-fact';
import type { RuleKeyKind } from '../rules/rule';
import { type Detection, detectPayment } from './detect-payment';
import type { KeyActivity } from './key-activity';
import { QuietKeys } from './quiet-keys';

/** What leaves detection: an alert in a new revision, or a payment that could not be counted. */
export type Finding =
  | { readonly kind: 'alert'; readonly alert: Alert; readonly keyId: string }
  | { readonly kind: 'late'; readonly payment: PaymentFact; readonly late: LatePayment };

/** A payment on `late-payments`. */
export interface LatePayment {
  readonly paymentId: string;
  readonly cardId: string;
  readonly occurredAtMs: number;
  readonly keyKind: RuleKeyKind;
  readonly keyId: string;
  readonly reason: 'no-open-window';
  /** Time of the operator when it came. */
  readonly nowMs: number;
}

/** Stores of the operator. */
export interface DetectorStores {
  readonly [name: string]: StoreSpec<KeyActivity>;
  readonly activity: StoreSpec<KeyActivity>;
}

/** State format of `KeyActivity`. */
const SCHEMA_VERSION = 1;
const SWEEP_MS = 900_000;

/** The store of the detection of one kind of key. */
export const detectorStores = (keyKind: RuleKeyKind): DetectorStores => ({
  activity: storeSpec<KeyActivity>(`${keyKind}-activity`, { schemaVersion: SCHEMA_VERSION }),
});

/** The processor of the detection of one kind of key; records are in the lane of their key. */
export const detector = (
  keyKind: RuleKeyKind,
  detection: Detection,
): Processor<PaymentFact, Finding, DetectorStores> => {
  const quietKeys = new WeakMap<KeyValueStore<KeyActivity>, QuietKeys>();
  const quietKeysOf = (store: KeyValueStore<KeyActivity>): QuietKeys => {
    const known = quietKeys.get(store);
    if (known !== undefined) return known;
    const made = new QuietKeys(store, { keepMs: detection.keepMs, bucketMs: SWEEP_MS });
    quietKeys.set(store, made);
    return made;
  };
  return {
    name: `detect-${keyKind}`,
    process: (record, context) => {
      const keyId = record.key;
      if (keyId === null) return;
      const { activity: store } = context.stores;
      const quiet = quietKeysOf(store);
      const before = store.get(keyId);
      const nowMs = context.nowMs ?? Number.NEGATIVE_INFINITY;
      const step = detectPayment(detection, before, { payment: record.value, keyId, nowMs });
      if (step.kind === 'late') {
        refuse(context, record, { keyKind, keyId, nowMs });
        return;
      }
      for (let i = 0; i < step.overflow; i += 1) context.drop('capacity', record);
      store.put(keyId, step.activity);
      if (before === undefined) quiet.add(keyId, step.activity);
      for (const alert of step.alerts) context.forward({ kind: 'alert', alert, keyId });
    },
    timer: {
      everyMs: SWEEP_MS,
      onTime: (nowMs, context) => quietKeysOf(context.stores.activity).sweep(nowMs),
    },
  };
};

const refuse = (
  context: ProcessorContext<DetectorStores, Finding>,
  record: StreamRecord<PaymentFact>,
  at: { readonly keyKind: RuleKeyKind; readonly keyId: string; readonly nowMs: number },
): void => {
  const payment = record.value;
  const { paymentId, cardId, occurredAtMs } = payment;
  const late: LatePayment = {
    paymentId,
    cardId,
    occurredAtMs,
    ...at,
    reason: 'no-open-window',
  };
  context.drop('late', record);
  context.forward({ kind: 'late', payment, late });
};
