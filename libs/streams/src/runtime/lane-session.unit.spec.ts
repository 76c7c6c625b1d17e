import { createSimulatedLog, type SimulatedLog } from '@millrace/event-log/testing';
import { type HandClock, handClock, settled } from '../testing/runner-world';
import { topology } from '../topology/topology-builder';
import { noStreamMetrics } from './stream-metrics';
import { StreamRunner, type StreamRunnerOptions } from './stream-runner';

const counts = topology('counts', (builder) => {
  builder
    .stream('numbers', {
      decode: (record) => Number(record.value),
      timestamp: (value) => value,
    })
    .groupByKey()
    .count({ name: 'count' });
});

interface Seen {
  readonly time: HandClock;
  readonly log: SimulatedLog;
  /** Records of each commit that had any, in order. */
  readonly commits: number[];
  breaths: number;
}

/** Runs one lane over so many records, each breath taking so long. */
const run = async (
  records: number,
  options: { readonly breathMs: number; readonly limits: StreamRunnerOptions['limits'] },
): Promise<Seen> => {
  const time = handClock();
  const log = createSimulatedLog({ seed: 3, clock: time });
  await log.ensureTopics([{ name: 'numbers', partitions: 1, cleanup: 'delete', retentionMs: -1 }]);
  const values = Array.from({ length: records }, (_, value) => String(value));
  await log.append(
    values.map((value) => ({ topic: 'numbers', partition: 0, key: `k${value}`, value })),
  );
  const seen: Seen = { time, log, commits: [], breaths: 0 };
  let since = 0;
  const metrics = {
    ...noStreamMetrics,
    count: (name: string, by: number) => {
      if (name === 'records_in') since += by;
      if (name !== 'commits' || since === 0) return;
      seen.commits.push(since);
      since = 0;
    },
  };
  const breathe = async (): Promise<void> => {
    seen.breaths += 1;
    time.advance(options.breathMs);
  };
  const { limits = {} } = options;
  const common = { log, clock: time, topology: counts, lanes: 1, metrics, breathe, limits };
  const runner = new StreamRunner(common);
  await runner.start();
  await settled(seen, runner.whenCaughtUp(new AbortController().signal));
  await runner.stop();
  return seen;
};

const limits = { maxRecordsPerStep: 10, maxRecordsPerCommit: 100, commitIntervalMs: 50 };

describe('a backlog', () => {
  it('lets the process breathe after each step that neither commits nor ends it', async () => {
    const { breaths } = await run(95, { breathMs: 0, limits });
    expect(breaths).toBe(9);
  });

  it('is committed as soon as it is drained, however little time has passed', async () => {
    const { commits } = await run(95, { breathMs: 0, limits });
    expect(commits).toEqual([95]);
  });

  it('is committed in time near its end, and in large portions far from it', async () => {
    // After 60 ms for each step a commit is due, unless 100 records or more still wait.
    const { commits } = await run(320, { breathMs: 60, limits });
    expect(commits).toEqual([100, 100, 30, 20, 20, 20, 20, 10]);
  });

  it('never holds results back for longer than 20 commit intervals', async () => {
    const { commits } = await run(1_000, { breathMs: 501, limits });
    expect(commits.slice(0, 10)).toEqual(Array(10).fill(30));
  });
});
