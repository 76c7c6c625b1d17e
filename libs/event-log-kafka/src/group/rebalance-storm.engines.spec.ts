import { isLongRun, kafkaUnderTest } from '../../../../test/engines/clusters';
import { poll } from '../../../../tools/stack/poll';
import { pause } from '../cluster/retrying';
import { NumberedWork } from './testing/numbered-work';
import { RealGroup, type RealMember } from './testing/real-group';

const LANES = 6;
const STORM_MS = isLongRun() ? 180_000 : 20_000;
const CHANGE_EVERY_MS = 3_000;
const APPEND_EVERY_MS = 10;

const group = new RealGroup({ brokers: kafkaUnderTest.three().bootstrap, lanes: LANES });

afterEach(() => group.end());

/** Appends until the signal; resolves when the last append is acknowledged. */
const feed = async (work: NumberedWork, signal: AbortSignal): Promise<void> => {
  const log = await group.openLog();
  while (!signal.aborted) {
    await work.append(log);
    await pause(APPEND_EVERY_MS);
  }
  await log.close();
};

const joinWorker = async (work: NumberedWork, name: string): Promise<RealMember> => {
  const member = await group.prepare(
    name,
    work.worker(name, () => member.log),
  );
  await member.join();
  return member;
};

describe('a group in which a member joins or leaves every 3 s', () => {
  it(
    'processes every numbered record once, in order, by one owner after the barrier',
    async () => {
      const work = new NumberedWork(LANES);
      const stopping = new AbortController();
      const fed = feed(work, stopping.signal);
      const staying = [await joinWorker(work, 'one'), await joinWorker(work, 'two')];
      const startedMs = performance.now();
      let changes = 0;
      while (performance.now() - startedMs < STORM_MS) {
        const passing = await joinWorker(work, `passing-${changes}`);
        await pause(CHANGE_EVERY_MS);
        await passing.end();
        await pause(CHANGE_EVERY_MS);
        changes += 2;
      }
      stopping.abort();
      await fed;
      await poll(async () => (work.isDone ? true : undefined), {
        what: 'the last records',
        deadlineMs: 30_000,
      });
      const rate = Math.round(work.processed / ((performance.now() - startedMs) / 1_000));
      process.stdout.write(
        `${changes} changes, ${work.handedOver} handovers, ${work.processed} records (${rate} a second)\n`,
      );
      expect(work.violations).toEqual([]);
      expect(work.processed).toBeGreaterThan(LANES * 100);
      // Each change moves lanes of the passing member alone: 2 to it, and 2 back.
      expect(work.handedOver).toBe(LANES + LANES / 2 + changes * 2);
      expect(staying.flatMap(({ events }) => events.filter(isLoss))).toEqual([]);
    },
    STORM_MS + 120_000,
  );
});

const isLoss = ({ kind }: { readonly kind: string }): boolean => kind === 'member-lost';
