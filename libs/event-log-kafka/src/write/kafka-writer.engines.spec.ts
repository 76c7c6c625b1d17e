import { WriterFencedError } from '@millrace/event-log';
import { kafkaUnderTest } from '../../../../test/engines/clusters';
import { judgeTopic, type KafkaCluster } from '../../../../tools/stack/index';
import { poll } from '../../../../tools/stack/poll';
import type { KafkaTransaction } from './kafka-transaction';
import { closeOpenedLogs, type OpenedLog, openLog, PARTITIONS } from './testing/opened-log';

afterAll(closeOpenedLogs);

const lanes = Array.from({ length: PARTITIONS }, (_, partition) => partition);

const rounds = Array.from({ length: 50 }, (_, round) => round);

const allLanes = (log: OpenedLog, value: string) =>
  lanes.map((partition) => log.record(partition, value));

/** What Kafka's own committed reader sees, `partition value`, in order. */
const judged = async (cluster: KafkaCluster, log: OpenedLog) =>
  (await judgeTopic(cluster, log.physicalTopic)).map(
    ({ partition, value }) => `${partition} ${value}`,
  );

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const median = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

const clusters = [
  ['one broker', () => kafkaUnderTest.one()],
  ['three brokers', () => kafkaUnderTest.three()],
] as const;

describe.each(clusters)('a transaction on %s', (name, cluster) => {
  it('is readable in every partition as soon as its commit has resolved', async () => {
    const log = await openLog(cluster().bootstrap);
    const writer = await log.openWriter();
    for (const round of rounds) {
      const transaction = writer.begin();
      await transaction.append(allLanes(log, `${round}`));
      const { partitions } = await transaction.commit();
      const ends = await log.stableEnds();
      for (const { partition, nextOffset } of partitions) {
        expect(ends[partition]).toBeGreaterThanOrEqual(nextOffset);
      }
    }
    const expected = lanes.flatMap((lane) => rounds.map((round) => `${lane} ${round}`));
    expect(await judged(cluster(), log)).toEqual(expected);
  });

  it('that is aborted is never seen, and holds nobody back', async () => {
    const log = await openLog(cluster().bootstrap);
    const writer = await log.openWriter();
    for (const end of ['abort', 'commit', 'abort'] as const) {
      const transaction = writer.begin();
      await transaction.append(allLanes(log, `${end} ${'x'.repeat(150_000)}`));
      await transaction.append(allLanes(log, end));
      await transaction[end]();
      if (end === 'abort') expect(await log.stableEnds()).not.toContain(0);
    }
    const seen = (await judged(cluster(), log)).map((text) => text.replace(/ x+$/, ''));
    expect(seen).toEqual(lanes.flatMap((lane) => [`${lane} commit`, `${lane} commit`]));
  });

  it('follows the one before without its pause of 300 ms', async () => {
    const log = await openLog(cluster().bootstrap);
    const writer = await log.openWriter();
    const times: number[] = [];
    for (let round = 0; round < 150; round++) {
      const startMs = performance.now();
      const transaction = writer.begin();
      await transaction.append([log.record(0, 'x')]);
      await transaction.commit();
      times.push(performance.now() - startMs);
    }
    say(`back-to-back transactions, ${name}: ${median(times.slice(50)).toFixed(1)} ms p50`);
    expect(median(times)).toBeLessThan(100);
  });

  it('moves positions of a group when it commits, and only then', async () => {
    const log = await openLog(cluster().bootstrap);
    const writer = await log.openWriter();
    const move = async (offset: number, end: 'commit' | 'abort') => {
      const transaction = writer.begin();
      await transaction.append([log.record(0, end)]);
      await transaction.sendOffsets('readers', [{ topic: 'facts', partition: 0, offset }]);
      await transaction[end]();
    };
    const becomes = (wanted: number) =>
      poll(async () => ((await log.positionOf('readers')) === wanted ? wanted : undefined), {
        what: `position ${wanted}`,
        deadlineMs: 10_000,
        everyMs: 5,
      });
    await move(7, 'abort');
    expect(await log.positionOf('readers')).toBe(-1);
    await move(8, 'commit');
    await becomes(8);
    await move(9, 'abort');
    await move(10, 'commit');
    await becomes(10);
  });
});

describe.each(clusters)('a second writer with the same id on %s', (name, cluster) => {
  it('is let in within 100 ms though the first has a transaction open', async () => {
    const log = await openLog(cluster().bootstrap);
    const times: number[] = [];
    for (let round = 0; round < 20; round++) {
      const owner = await log.openWriter();
      await owner.begin().append([log.record(0, 'open')]);
      const startMs = performance.now();
      await log.openWriter();
      times.push(performance.now() - startMs);
    }
    say(`takeover of an owner with an open transaction, ${name}: ${median(times).toFixed(1)} ms`);
    expect(median(times)).toBeLessThan(100);
  });

  it.each<[string, (zombie: KafkaTransaction, log: OpenedLog) => Promise<unknown>]>([
    ['commit', (zombie) => zombie.commit()],
    ['append to a new partition', (zombie, log) => zombie.append([log.record(1, 'zombie')])],
    [
      'append to a partition of its transaction',
      async (zombie, log) => {
        await zombie.append([log.record(0, `zombie ${'x'.repeat(600_000)}`)]);
        await zombie.commit();
      },
    ],
    [
      'move positions',
      (zombie) => zombie.sendOffsets('g', [{ topic: 'facts', partition: 0, offset: 1 }]),
    ],
  ])('lets the first one %s no more', async (_, act) => {
    const log = await openLog(cluster().bootstrap);
    const first = await log.openWriter();
    const zombie = first.begin();
    await zombie.append([log.record(0, 'zombie')]);
    const second = await log.openWriter();
    expect(second.epoch).toBeGreaterThan(first.epoch);
    await expect(act(zombie, log)).rejects.toBeInstanceOf(WriterFencedError);
    await zombie.abort();
    expect(() => first.begin()).toThrow(WriterFencedError);
    await first.close();
    const transaction = second.begin();
    await transaction.append([log.record(0, 'second')]);
    await transaction.commit();
    const ends = await log.stableEnds();
    expect(ends[1]).toBe(0);
    expect(log.events.filter(({ kind }) => kind === 'writer-fenced')).toHaveLength(1);
  });

  it('alone is read: nothing of the first', async () => {
    const log = await openLog(cluster().bootstrap);
    const first = (await log.openWriter()).begin();
    await first.append(allLanes(log, 'first'));
    const second = (await log.openWriter()).begin();
    await second.append([log.record(2, 'second')]);
    await Promise.allSettled([first.commit(), second.commit()]);
    expect(await judged(cluster(), log)).toEqual(['2 second']);
  });
});
