/**
 * Brokers fail while records are copied: kill -9 of a partition's leader, of the transaction
 * coordinator, of the group's coordinator; all brokers stopped for 5 s. Progress resumes by itself,
 * and Kafka's own consumer sees every acknowledged record once.
 */
import { readFileSync } from 'node:fs';
import { poll } from '../../../tools/stack/poll';
import { kafkaUnderTest } from '../clusters';
import { coordinatorOf, leaderOf } from './coordinators';
import { CopyRun } from './copy-run';
import { SCENARIO_TIMEOUT_MS, SEEDS, sayTime } from './scenario';

const cluster = kafkaUnderTest.three();
const DEADLINE_MS = 30_000;
const PAUSE_MS = 5_000;

describe('copying in transactions goes on, and exactly once, when', () => {
  it.each(SEEDS)(
    'the leader of a partition is killed, seed %i',
    async (seed) => {
      await copying('leader', seed, async (run) => {
        run.startCopier();
        await run.progressSince(performance.now(), 3);
        const at = { topic: run.topics.output, partition: seed % 3 };
        await killed(run, 'kill -9 of a leader', () => leaderOf(cluster, at));
      });
    },
    SCENARIO_TIMEOUT_MS,
  );

  it.each(SEEDS)(
    'the transaction coordinator is killed, seed %i',
    async (seed) => {
      await copying('coordinator', seed, async (run) => {
        run.startCopier();
        await run.progressSince(performance.now(), 3);
        const id = run.writerOf(seed % 3);
        await killed(run, 'kill -9 of a transaction coordinator', () =>
          coordinatorOf(cluster, 'transaction', id),
        );
      });
    },
    SCENARIO_TIMEOUT_MS,
  );

  it.each(SEEDS)(
    "the group's coordinator is killed, seed %i",
    async (seed) => {
      await copying('group', seed, async (run) => {
        const group = `${run.topics.input}-group`;
        const first = run.startCopier({ group });
        await run.progressSince(performance.now(), 3);
        const { pid } = first.current;
        await killed(run, "kill -9 of a group's coordinator", () =>
          coordinatorOf(cluster, 'group', group),
        );
        // The group works again: another member is given lanes, and the first has not died.
        const joinedMs = performance.now();
        const second = run.startCopier({ group });
        await poll(async () => (second.of('opened').length > 0 ? true : undefined), {
          what: 'lanes for a second member',
          deadlineMs: DEADLINE_MS,
        });
        await run.progressSince(performance.now());
        const tookMs = Math.round(performance.now() - joinedMs);
        sayTime("kill -9 of a group's coordinator", `a member joined after it in ${tookMs} ms`);
        expect(first.current.pid).toBe(pid);
        expect([...first.of('fenced'), ...second.of('fenced')]).toEqual([]);
      });
    },
    SCENARIO_TIMEOUT_MS,
  );

  it.each(SEEDS)(
    'no broker answers for 5 s, seed %i',
    async (seed) => {
      await copying('paused', seed, async (run) => {
        const copier = run.startCopier();
        await run.progressSince(performance.now(), 3);
        for (const broker of cluster.brokers) broker.pause();
        const pausedMs = performance.now();
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        const states = cluster.brokers.map(({ pid }) => stateOf(pid));
        const during = copier.of('committed').filter(({ atMs }) => atMs > pausedMs + 100);
        for (const broker of cluster.brokers) broker.resume();
        expect(states).toEqual(['T', 'T', 'T']);
        expect(during).toEqual([]);
        const tookMs = await run.progressSince(performance.now());
        sayTime('all brokers stopped for 5 s', `progress ${tookMs} ms after they went on`);
        await cluster.inSync();
      });
    },
    SCENARIO_TIMEOUT_MS,
  );
});

const copying = async (
  name: string,
  seed: number,
  scenario: (run: CopyRun) => Promise<void>,
): Promise<void> => {
  const run = await CopyRun.begin(cluster, name, { seed, aborts: true });
  try {
    await scenario(run);
    expect(await run.judge()).toEqual([]);
    // Aborted records are in the log, and no committed reader has seen them.
    if (name === 'leader') expect(await run.hidden()).not.toEqual([]);
  } finally {
    await run.close();
  }
};

/** Kills the broker that holds a role, and starts it again when all lanes have progressed. */
const killed = async (run: CopyRun, what: string, holder: () => Promise<number>): Promise<void> => {
  const before = await holder();
  const broker = cluster.broker(before);
  const killedMs = performance.now();
  await broker.kill();
  try {
    expect(broker.pid).toBeUndefined();
    await poll(
      async () => {
        const now = await holder();
        return now > 0 && now !== before ? true : undefined;
      },
      { what: `another broker in place of ${before}`, deadlineMs: DEADLINE_MS, everyMs: 20 },
    );
    const failoverMs = Math.round(performance.now() - killedMs);
    const tookMs = await run.progressSince(killedMs);
    const stallMs = run.longestStall(killedMs);
    sayTime(
      what,
      `failover after ${failoverMs} ms, all lanes progress after ${tookMs} ms, longest stall ${stallMs} ms`,
    );
  } finally {
    await broker.start();
    await cluster.inSync();
  }
};

/** State of a process: `T` when it is stopped. */
const stateOf = (pid: number | undefined): string => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat.slice(stat.lastIndexOf(')') + 2).charAt(0);
};
