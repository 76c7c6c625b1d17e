/**
 * Cases of time: watermarks, timers, and the order in which a task takes records.
 */
import { LaneProcessor } from '../../task/lane-processor';
import { WatermarkGenerator } from '../../time/watermark-generator';
import { WatermarkValve } from '../../time/watermark-valve';
import type { Stream } from '../../topology/stream';
import { type TopologyBuilder, topology } from '../../topology/topology-builder';
import type { CaseFields, ConformanceCase } from './case-format';
import type { CaseOutcome } from './compare-case';
import { caseSource, feed, numberOf } from './drive-windows';

/** watermarkGenerate */
export const driveWatermarkGenerate = ({ operator, input }: ConformanceCase): CaseOutcome => {
  const generator = new WatermarkGenerator(numberOf(operator['maxOutOfOrdernessMs']));
  const results: CaseFields[] = [];
  input.forEach((item, after) => {
    if (item['emit'] === true) results.push({ after, watermark: generator.watermarkMs ?? null });
    else generator.observe(numberOf(item['ts']));
  });
  return { results, dropped: [] };
};

/** watermarkCombine */
export const driveWatermarkCombine = ({ operator, input }: ConformanceCase): CaseOutcome => {
  const valve = new WatermarkValve(numberOf(operator['channels']));
  const results = input.flatMap((item, after): readonly CaseFields[] => {
    const channel = numberOf(item['channel']);
    const { status } = item;
    const outputs =
      status === 'idle' || status === 'active'
        ? valve.status(channel, status)
        : valve.watermark(channel, numberOf(item['watermark']));
    return outputs.map((output) =>
      output.kind === 'watermark'
        ? { after, watermark: output.watermarkMs }
        : { after, status: output.status },
    );
  });
  return { results, dropped: [] };
};

/** punctuate: the timer of a processor. */
export const drivePunctuate = ({ operator, input }: ConformanceCase): CaseOutcome => {
  const built = caseSource((records) => {
    const firings: Stream<number> = records.process(
      {},
      {
        name: 'punctuate',
        process: () => {},
        timer: {
          everyMs: numberOf(operator['intervalMs']),
          onTime: (nowMs, context) => context.forward(nowMs),
        },
      },
    );
    firings.to('out', { value: (ts) => String(ts) });
  });
  const run = feed(built, input);
  const results = run.read('out').map(({ value, after }) => ({ after, ts: Number(value) }));
  return { results, dropped: [] };
};

/** recordSelection: partitions are inputs of one task. */
export const driveRecordSelection = ({ operator, input }: ConformanceCase): CaseOutcome => {
  const { partitions } = operator;
  if (!Array.isArray(partitions)) throw new Error('recordSelection has no partitions');
  const names: readonly string[] = partitions.map(String);
  const results: CaseFields[] = [];
  let after = 0;
  const processor = new LaneProcessor({
    topology: topology('conformance', (builder) => selection(builder, names)),
    lane: 0,
    lanes: 1,
    onOutput: ({ value }) => results.push({ after, ...JSON.parse(String(value)) }),
  });
  processor.finishRestore(() => 0);
  const offsets = new Map<string, number>();
  input.forEach((item, index) => {
    after = index;
    if (item['next'] === true) processor.step(1);
    else for (const batch of batchesOf(item['add'], offsets)) processor.offer(batch);
  });
  return { results, dropped: [] };
};

const selection = (builder: TopologyBuilder, names: readonly string[]): void => {
  const streams = names.map((name) =>
    builder
      .stream(`partition-${name}`, {
        decode: (record) => Number(record.value),
        timestamp: (ts) => ts,
      })
      .map((ts) => ({ partition: Number(name), ts })),
  );
  const [first, ...others] = streams;
  if (first === undefined) throw new Error('recordSelection has no partitions');
  const merged = others.reduce((all, stream) => all.merge(stream), first);
  const taken: Stream<CaseFields> = merged.process(
    {},
    {
      name: 'select',
      process: ({ value }, context) => context.forward({ ...value, streamTime: context.nowMs }),
    },
  );
  taken.to('out', { value: (fields) => JSON.stringify(fields) });
};

const batchesOf = (add: unknown, offsets: Map<string, number>) => {
  const fields: CaseFields = typeof add === 'object' && add !== null ? { ...add } : {};
  const topic = `partition-${String(fields['partition'])}`;
  const times: readonly unknown[] = Array.isArray(fields['ts']) ? fields['ts'] : [];
  return times.map((ts) => {
    const offset = offsets.get(topic) ?? 0;
    offsets.set(topic, offset + 1);
    const value = Buffer.from(String(numberOf(ts)));
    const record = { offset, key: null, value, headers: {}, timestampMs: Number.MAX_SAFE_INTEGER };
    const place = { topic, partition: 0, nextOffset: offset + 1, endOffset: offset + 1 };
    return { ...place, records: [record] };
  });
};
