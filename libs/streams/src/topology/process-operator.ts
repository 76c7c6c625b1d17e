/**
 * The operator behind `process`: code of the user with stores, time and timers.
 */
import type { EpochMs } from '@millrace/event-log';
import type { KeyValueStore, StoreSpec } from '../state/store-spec';
import { Punctuator } from '../time/punctuator';
import type { Receiver, StreamRecord } from './stream-record';
import { dropRecord, type Wiring } from './wiring';

/** Declared stores by the name under which the processor uses them. */
export type StoreSpecs = Readonly<Record<string, StoreSpec<unknown>>>;

/** The stores of a processor, typed by their declarations. */
export type StoresOf<S extends StoreSpecs> = {
  readonly [N in keyof S]: S[N] extends StoreSpec<infer T> ? KeyValueStore<T> : never;
};

/** What a processor may touch. */
export interface ProcessorContext<S extends StoreSpecs, W> {
  readonly stores: StoresOf<S>;
  readonly lane: number;
  /** Time of this operator over all keys; undefined before the first record. */
  readonly nowMs: EpochMs | undefined;
  /**
   * Sends a result on. Key, event time and headers are those of the record at hand unless given;
   * in `onTime` key and timestampMs must be given, else they are null and the operator's time.
   */
  forward(value: W, more?: { readonly key?: string | null; readonly timestampMs?: EpochMs }): void;
  /** Counts a record that is left out, with its reason. */
  drop(reason: 'late' | 'expired' | 'capacity' | 'nullKey', record: StreamRecord<unknown>): void;
}

/** Synchronous, deterministic code: no I/O, no wall clock. */
export interface Processor<V, W, S extends StoreSpecs> {
  /** The operator's name; unique in the topology. */
  readonly name: string;
  /** Called for each record after it has moved the operator's time. */
  process(record: StreamRecord<V>, context: ProcessorContext<S, W>): void;
  /** A timer of event time on the grid of multiples of `everyMs`; one firing for many missed. */
  readonly timer?: {
    readonly everyMs: number;
    onTime(nowMs: EpochMs, context: ProcessorContext<S, W>): void;
  };
}

/** Wires a processor for one lane. */
export const wireProcessor = <V, W, S extends StoreSpecs>(
  definition: {
    readonly processor: Processor<V, W, S>;
    readonly openStores: (wiring: Wiring) => StoresOf<S>;
  },
  wiring: Wiring,
  out: Receiver<W>,
): Receiver<V> => {
  const { processor } = definition;
  const clock = wiring.clock(processor.name);
  let current: StreamRecord<unknown> | undefined;
  const context: ProcessorContext<S, W> = {
    stores: definition.openStores(wiring),
    lane: wiring.lane,
    get nowMs() {
      return clock.nowMs;
    },
    forward: (value, more = {}) => {
      const key = more.key === undefined ? (current?.key ?? null) : more.key;
      const timestampMs = more.timestampMs ?? current?.timestampMs ?? clock.nowMs ?? 0;
      const clockMs = Math.min(timestampMs, current?.clockMs ?? timestampMs);
      out({ key, value, timestampMs, clockMs, headers: current?.headers ?? {} });
    },
    drop: (reason, record) => dropRecord(wiring, { operator: processor.name, reason }, record),
  };
  const { timer } = processor;
  if (timer !== undefined) {
    const punctuator = new Punctuator(timer.everyMs);
    clock.onAdvance((nowMs) => {
      if (!punctuator.due(nowMs)) return;
      const outer = current;
      current = undefined;
      timer.onTime(nowMs, context);
      current = outer;
    });
    wiring.onRestored(() => {
      if (clock.nowMs !== undefined) punctuator.due(clock.nowMs);
    });
  }
  return (record) => {
    current = record;
    clock.observe(record.clockMs);
    processor.process(record, context);
    current = undefined;
  };
};
