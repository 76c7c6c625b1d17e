/**
 * Cases of windows, driven through topologies of the public DSL.
 */
import type { Stream } from '../../topology/stream';
import type { Topology } from '../../topology/topology';
import { topology } from '../../topology/topology-builder';
import { type Aggregator, counting } from '../../window/aggregator';
import { eager, onClose } from '../../window/emission';
import type { Windowed } from '../../window/late';
import { hopping, type TimeWindow, tumbling } from '../../window/time-window';
import { TopologyRun } from '../topology-run';
import type { CaseFields, ConformanceCase, ExpectedDrop } from './case-format';
import type { CaseOutcome } from './compare-case';

type Value = string | number | null;

/** A record of a case inside a topology. */
export interface CaseRecord {
  readonly value: Value;
  readonly ts: number;
}

/** windowAssign: the windows that an eager count of one key updates. */
export const driveWindowAssign = ({ operator, input }: ConformanceCase): CaseOutcome => {
  const spec = fieldsOf(operator['window']);
  const built = windowed(windowOf(spec), (grouped) =>
    grouped.count({ name: 'windows', emit: eager }),
  );
  return drive(
    built,
    input.map(({ ts }) => ({ key: 'k', value: null, ts })),
  );
};

/** windowAggregate: eager or on close, any aggregate of the format. */
export const driveWindowAggregate = ({ operator, input }: ConformanceCase): CaseOutcome => {
  const window = windowOf({ ...operator, clampStartAtZero: true });
  const graceMs = numberOf(operator['graceMs']);
  const emit = operator['emit'] === 'onClose' ? onClose : eager;
  const aggregator = aggregatorOf(fieldsOf(operator['aggregate']));
  const built = windowed(
    window,
    (grouped) => grouped.aggregate({ name: 'aggregate', aggregator, emit }),
    graceMs,
  );
  return drive(built, input);
};

/** Reads `in`, which carries `CaseRecord`s as JSON. */
export const caseSource = (build: (records: Stream<CaseRecord>) => void): Topology =>
  topology('conformance', (builder) => {
    build(
      builder.stream('in', {
        decode: (record): CaseRecord => JSON.parse(String(record.value)),
        timestamp: ({ ts }) => ts,
      }),
    );
  });

/** Feeds the items of a case; `control: restart` restarts the run. */
export const feed = (built: Topology, input: readonly CaseFields[]): TopologyRun => {
  const run = new TopologyRun(built);
  for (const item of input) {
    if (item['control'] === 'restart') {
      run.restart();
      run.skipCall();
      continue;
    }
    const { key, value, ts } = item;
    run.pipe('in', { key: typeof key === 'string' ? key : null, value: { value, ts } });
  }
  return run;
};

const windowed = <A>(
  window: TimeWindow,
  aggregate: (
    grouped: ReturnType<ReturnType<Stream<CaseRecord>['groupByKey']>['windowedBy']>,
  ) => Stream<Windowed<A>>,
  graceMs = 2 ** 50,
): Topology =>
  caseSource((records) => {
    aggregate(records.groupByKey().windowedBy(window, { graceMs })).to('out', {
      value: ({ value, startMs, endMs }) =>
        JSON.stringify({ value, windowStart: startMs, windowEnd: endMs }),
    });
  });

const drive = (built: Topology, input: readonly CaseFields[]): CaseOutcome => {
  const run = feed(built, input);
  const results = run.read('out').map(({ key, value, timestampMs, after }): CaseFields => {
    const fields: CaseFields = JSON.parse(String(value));
    return { after, key, ts: timestampMs, ...fields };
  });
  return { results, dropped: dropsOf(run) };
};

const dropsOf = (run: TopologyRun): readonly Required<ExpectedDrop>[] =>
  run.drops.map(({ after, reason, windows }) => ({
    input: after,
    reason,
    windows: windows.map(({ startMs, endMs }): [number, number] => [startMs, endMs]),
  }));

const windowOf = (spec: CaseFields): TimeWindow => {
  const alignment = {
    offsetMs: numberOf(spec['offsetMs'] ?? 0),
    clampStartAtZero: spec['clampStartAtZero'] === true,
  };
  const sizeMs = numberOf(spec['sizeMs']);
  const advanceMs = numberOf(spec['advanceMs'] ?? sizeMs);
  return advanceMs === sizeMs ? tumbling(sizeMs, alignment) : hopping(sizeMs, advanceMs, alignment);
};

const aggregatorOf = (spec: CaseFields): Aggregator<CaseRecord, Value> => {
  const separator = String(spec['separator']);
  switch (spec['name']) {
    case 'count':
      return numeric((sum) => sum + 1);
    case 'sum':
      return numeric((sum, { value }) => sum + numberOf(value));
    case 'concat':
      return {
        init: () => String(spec['init']),
        add: (text, { value }) => `${text}${separator}${value}`,
      };
    case 'reduceConcat':
      return {
        init: () => null,
        add: (text, { value }) => (text === null ? value : `${text}${separator}${value}`),
      };
    default:
      throw new Error(`no such aggregate: ${String(spec['name'])}`);
  }
};

const numeric = (
  add: (sum: number, record: CaseRecord) => number,
): Aggregator<CaseRecord, Value> => ({
  init: () => counting.init(),
  add: (sum, record) => add(numberOf(sum), record),
  merge: (earlier, later) => numberOf(earlier) + numberOf(later),
});

const fieldsOf = (value: unknown): CaseFields =>
  typeof value === 'object' && value !== null ? { ...value } : {};

/** A number of a case; anything else is an error of the case. */
export const numberOf = (value: unknown): number => {
  if (typeof value !== 'number') throw new Error(`not a number: ${JSON.stringify(value)}`);
  return value;
};
