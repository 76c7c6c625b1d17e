import type { EventLog } from '@millrace/event-log';
import { createSimulatedLog } from '@millrace/event-log/testing';
import { ManualClock } from '@millrace/testkit';
import { appendTime, eventTime, newestTime } from './newest-time';

const TOPIC = { name: 'events', partitions: 2, cleanup: 'delete', retentionMs: -1 } as const;
const at = (ms: number) => ({ ce_time: new Date(ms).toISOString() });

describe('the newest time of a topic', () => {
  const clock = new ManualClock(1_000);
  let log: EventLog;

  beforeEach(async () => {
    log = createSimulatedLog({ clock, seed: 1 });
    await log.ensureTopics([TOPIC]);
  });

  const append = (partition: number, headers: Readonly<Record<string, string>> = {}) =>
    log.append([{ topic: TOPIC.name, partition, key: 'k', value: 'v', headers }]);
  const newest = (timeOf: typeof eventTime) =>
    newestTime(log, { topic: TOPIC.name, lanes: 2 }, timeOf);

  // Each aborted transaction leaves offsets behind that are never read.
  const abort = async (times: number): Promise<void> => {
    const writer = await log.openWriter('aborting');
    for (let i = 0; i < times; i++) {
      const transaction = writer.begin();
      await transaction.append([{ topic: TOPIC.name, partition: 1, key: 'k', value: 'v' }]);
      await transaction.abort();
    }
    await writer.close();
  };

  it('is unknown while there is no record', async () => {
    expect(await newest(appendTime)).toBeUndefined();
  });

  it('is that of the lane that was written last', async () => {
    await append(0, at(500));
    await append(1, at(300));
    expect([await newest(appendTime), await newest(eventTime)]).toEqual([1_000, 500]);
  });

  it('is found behind records without a time', async () => {
    await append(0, at(500));
    for (let i = 0; i < 100; i++) await append(0);
    expect(await newest(eventTime)).toBe(500);
  });

  it.each([1, 4, 5, 70])('is found behind %i aborted transactions', async (times) => {
    await append(1, at(700));
    await abort(times);
    expect(await newest(eventTime)).toBe(700);
    expect(await newest(appendTime)).toBe(1_000);
  });

  it('is unknown when everything was aborted', async () => {
    await abort(20);
    expect(await newest(appendTime)).toBeUndefined();
  });
});
