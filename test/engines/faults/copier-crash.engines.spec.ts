/**
 * A copier is killed (SIGKILL) at each step of a commit and started again. Requests are caught by
 * the brokers' proxies, so the library does not know that it is tested.
 */
import { poll } from '../../../tools/stack/poll';
import { API, type Catch, catchRequest, healAll, resetAll } from './caught-request';
import type { SupervisedCopier } from './copier-process';
import { CopyRun } from './copy-run';
import { type ProxiedKafka, startProxiedKafka } from './proxied-kafka';
import { SCENARIO_TIMEOUT_MS, SEEDS, sayTime } from './scenario';

interface Step extends Catch {
  readonly name: string;
  /** Whether the transaction that was hit is committed in the end; it matters for one lane only. */
  readonly commits: boolean;
}

const STEPS: readonly Step[] = [
  {
    name: 'before AddPartitions',
    apiKey: API.addPartitionsToTxn,
    action: 'hold',
    undecided: false,
    commits: false,
  },
  {
    name: 'after AddPartitions, before produce',
    apiKey: API.produce,
    action: 'hold',
    undecided: false,
    commits: false,
  },
  {
    name: 'after produce',
    apiKey: API.produce,
    action: 'holdResponse',
    undecided: true,
    commits: false,
  },
  { name: 'before EndTxn', apiKey: API.endTxn, action: 'hold', undecided: true, commits: false },
  {
    name: 'after EndTxn was sent',
    apiKey: API.endTxn,
    action: 'holdResponse',
    undecided: false,
    commits: true,
  },
];
const UNPUBLISHED = { name: 'after commit, before publishing', commits: true };
const DEADLINE_MS = 30_000;

let kafka: ProxiedKafka;

beforeAll(async () => {
  kafka = await startProxiedKafka();
});

afterAll(() => kafka.stop());

describe('a copier that is killed at each step of a commit', () => {
  it.each(SEEDS)(
    'has copied each acknowledged record of one lane once, seed %i',
    async (seed) => {
      const run = await CopyRun.begin(kafka.cluster, 'crash', { seed, partitions: 1 });
      try {
        const deaths = await dieAtEachStep(run, seed);
        expect(await run.judge()).toEqual([]);
        // Of its last transaction the copier could not tell how it ended: in the log it did so.
        const ends = deaths.map(({ name, untold }) => ({
          name,
          visible: untold.map((by) => run.visible.has(by)),
        }));
        expect(ends).toEqual(
          [UNPUBLISHED, ...STEPS].map(({ name, commits }) => ({ name, visible: [commits] })),
        );
        // Records of the dead are in the log, and no committed reader has seen them.
        expect(await run.hidden()).not.toEqual([]);
      } finally {
        await healAll(kafka);
        await run.close();
      }
    },
    SCENARIO_TIMEOUT_MS,
  );

  it.each(SEEDS)(
    'has copied each acknowledged record of three lanes once, seed %i',
    async (seed) => {
      const run = await CopyRun.begin(kafka.cluster, 'crash', { seed });
      try {
        await dieAtEachStep(run, seed);
        expect(await run.judge()).toEqual([]);
      } finally {
        await healAll(kafka);
        await run.close();
      }
    },
    SCENARIO_TIMEOUT_MS,
  );
});

interface Death {
  readonly name: string;
  /** Transactions of which the dead has not told how they ended. */
  readonly untold: readonly string[];
}

const dieAtEachStep = async (run: CopyRun, seed: number): Promise<readonly Death[]> => {
  const copier = run.startCopier({ diesAtCommit: 10 + seed });
  await run.progressSince(performance.now(), 2);
  const deaths = [await dieUnpublished(run, copier)];
  for (const step of STEPS) deaths.push(await dieAt(step, run, copier));
  expect(copier.of('fenced')).toEqual([]);
  return deaths;
};

/** The copier kills itself after a commit, before it tells of it. */
const dieUnpublished = async (run: CopyRun, copier: SupervisedCopier): Promise<Death> => {
  const first = copier.told[0]?.pid;
  await poll(async () => (copier.current.pid === first ? undefined : true), {
    what: 'the copier to die after a commit',
    deadlineMs: DEADLINE_MS,
    everyMs: 5,
  });
  const tookMs = await run.progressSince(performance.now());
  sayTime(`crash ${UNPUBLISHED.name}`, `progress after ${tookMs} ms`);
  return { name: UNPUBLISHED.name, untold: copier.unfinished(first) };
};

const dieAt = async (step: Step, run: CopyRun, copier: SupervisedCopier): Promise<Death> => {
  const victim = copier.current;
  await catchRequest({ run, kafka }, step);
  victim.signal('SIGKILL');
  expect(await victim.ended).toBe('SIGKILL');
  const killedMs = performance.now();
  resetAll(kafka);
  const open = await run.openPartitions();
  if (step.undecided) expect(open).not.toEqual([]);
  await healAll(kafka);
  const tookMs = await run.progressSince(killedMs);
  expect(copier.current.pid).not.toBe(victim.pid);
  sayTime(`crash ${step.name}`, `open in ${open.length} partitions, progress after ${tookMs} ms`);
  return { name: step.name, untold: copier.unfinished(victim.pid) };
};
