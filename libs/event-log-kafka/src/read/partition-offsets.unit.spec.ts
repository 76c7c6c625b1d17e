import { LogUnavailableError, TopicUnknownError } from '@millrace/event-log';
import { Names } from '../names';
import { RequestFailedError } from '../wire/request-failed.errors';
import { offsetsOf } from './partition-offsets';
import type { ClusterModel } from './testing/cluster-model';
import { at, lanes, NAMESPACE, settled, withManualTime } from './testing/reader-under-test';

withManualTime();

const NOT_LEADER = 6;
const NOT_ALLOWED = 29;
const OFFSET_NOT_AVAILABLE = 78;

const offsets = (cluster: ClusterModel, ...partitions: readonly number[]) =>
  settled(
    offsetsOf(
      { cluster, names: new Names(NAMESPACE) },
      partitions.map((partition) => at(partition)),
    ),
  );

describe('the offsets of partitions', () => {
  it('are the first and the last stable one, in the order asked', async () => {
    const { cluster, lane } = lanes([1, 2, 1]);
    for (const partition of [0, 1, 2]) {
      for (let i = 0; i <= partition; i++) lane(partition).append(['v']);
    }
    lane(2).startOffset = 2;
    lane(1).append(['open'], { producerId: 1 });
    lane(1).append(['behind']);
    expect(await offsets(cluster, 2, 0, 1, 2)).toEqual([
      { topic: 't', partition: 2, startOffset: 2, endOffset: 3 },
      { topic: 't', partition: 0, startOffset: 0, endOffset: 1 },
      { topic: 't', partition: 1, startOffset: 0, endOffset: 2 },
      { topic: 't', partition: 2, startOffset: 2, endOffset: 3 },
    ]);
    expect(await offsets(cluster)).toEqual([]);
  });

  it.each([NOT_LEADER, OFFSET_NOT_AVAILABLE])(
    'are asked for again while a leader moves (code %p)',
    async (code) => {
      const { cluster, lane } = lanes([1]);
      lane(0).append(['v']);
      lane(0).listError = code;
      const asked = offsets(cluster, 0);
      setTimeout(() => {
        lane(0).listError = 0;
      }, 500);
      expect(await asked).toMatchObject([{ endOffset: 1 }]);
      expect(cluster.refreshes).toBeGreaterThan(3);
      expect(cluster.events[0]).toMatchObject({ operation: 'asking for offsets' });
    },
  );

  it('that no leader gives in time are not to be had now', async () => {
    const { cluster } = lanes([1]);
    const lost = new RequestFailedError('x', { kind: 'connection', mayHaveArrived: false });
    cluster.failing.set(1, lost);
    const refused = offsets(cluster, 0);
    await expect(refused).rejects.toBeInstanceOf(LogUnavailableError);
    await expect(refused).rejects.toMatchObject({ cause: lost });
    expect(performance.now()).toBeGreaterThan(28_000);
    expect(performance.now()).toBeLessThan(32_000);
  });

  it('that this user may not see are refused at once', async () => {
    const { cluster, lane } = lanes([1]);
    lane(0).listError = NOT_ALLOWED;
    await expect(offsets(cluster, 0)).rejects.toMatchObject({ type: 'TOPIC_AUTHORIZATION_FAILED' });
    expect(performance.now()).toBeLessThan(1_000);
  });

  it('of what does not exist are refused by name, after several looks', async () => {
    const { cluster } = lanes([1]);
    const refused = offsets(cluster, 0, 1);
    await expect(refused).rejects.toBeInstanceOf(TopicUnknownError);
    await expect(refused).rejects.toMatchObject({ at: { topic: 't', partition: 1 } });
    expect(cluster.refreshes).toBeGreaterThan(2);
  });
});
