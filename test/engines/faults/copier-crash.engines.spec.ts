/**
 * A copier is killed (SIGKILL) at each step of a commit and started again. Requests are caught by
 * the brokers' proxies, so the library does not know that it is tested.
 */

import { poll } from '../../../tools/stack/poll';
import type { KafkaFaultProxy, RequestAction } from '../../../tools/stack/proxy/index';
import type { SupervisedCopier } from './copier-process';
import { CopyRun } from './copy-run';
import { type ProxiedKafka, startProxiedKafka } from './proxied-kafka';
import { SCENARIO_TIMEOUT_MS, SEEDS, sayTime } from './scenario';

const ADD_PARTITIONS_TO_TXN = 24;
const PRODUCE = 0;
const END_TXN = 26;
const DEADLINE_MS = 30_000;

interface Step {
  readonly name: string;
  readonly apiKey: number;
  readonly action: RequestAction;
  /** Whether a transaction must be found open after the crash. */
  readonly leavesOpen: boolean;
  /** Whether a transaction that the copier could not tell of must be found committed in the end. */
  readonly commits?: boolean;
}

const STEPS: readonly Step[] = [
  {
    name: 'before AddPartitions',
    apiKey: ADD_PARTITIONS_TO_TXN,
    action: 'hold',
    leavesOpen: false,
  },
  {
    name: 'after AddPartitions, before produce',
    apiKey: PRODUCE,
    action: 'hold',
    leavesOpen: false,
  },
  { name: 'after produce', apiKey: PRODUCE, action: 'holdResponse', leavesOpen: true },
  { name: 'before EndTxn', apiKey: END_TXN, action: 'hold', leavesOpen: true, commits: false },
  { name: 'after EndTxn was sent', apiKey: END_TXN, action: 'holdResponse', leavesOpen: false },
];

let kafka: ProxiedKafka;

beforeAll(async () => {
  kafka = await startProxiedKafka();
});

afterAll(() => kafka.stop());

describe('a copier that is killed at each step of a commit', () => {
  it.each(SEEDS)(
    'has copied every acknowledged record once, seed %i',
    async (seed) => {
      const run = await CopyRun.begin(kafka.cluster, 'crash', { seed });
      try {
        const copier = run.startCopier({ diesAtCommit: 10 + seed });
        await run.progressSince(performance.now(), 2);
        const untold = await dieUnpublished(run, copier);
        const deaths = [{ name: 'after commit, before publishing', commits: true, untold }];
        for (const step of STEPS) {
          const death = { ...step, untold: await dieAt(step, run, copier) };
          if (death.commits !== undefined) deaths.push({ ...death, commits: death.commits });
        }
        expect(await run.judge()).toEqual([]);
        for (const { name, commits, untold: all } of deaths) {
          const outcomes = all.map((by) => run.visible.has(by));
          expect({ name, outcomes }).toEqual({ name, outcomes: expect.arrayContaining([commits]) });
        }
        expect(copier.of('fenced')).toEqual([]);
      } finally {
        await healAll();
        await run.close();
      }
    },
    SCENARIO_TIMEOUT_MS,
  );
});

/**
 * The copier kills itself after a commit, before it tells of it.
 *
 * @returns the transactions of which it has not told how they ended
 */
const dieUnpublished = async (
  run: CopyRun,
  copier: SupervisedCopier,
): Promise<readonly string[]> => {
  const first = copier.told[0]?.pid;
  await poll(async () => (copier.current.pid === first ? undefined : true), {
    what: 'the copier to die after a commit',
    deadlineMs: DEADLINE_MS,
    everyMs: 5,
  });
  const tookMs = await run.progressSince(performance.now());
  sayTime('crash after commit, before publishing', `progress after ${tookMs} ms`);
  return copier.unfinished(first);
};

/** @returns the transactions of which it has not told how they ended */
const dieAt = async (
  step: Step,
  run: CopyRun,
  copier: SupervisedCopier,
): Promise<readonly string[]> => {
  const victim = copier.current;
  const caught = proxies().map((proxy) => proxy.onRequest(step, step.action));
  await poll(async () => (caught.some(({ hits }) => hits > 0) ? true : undefined), {
    what: `a request to be caught ${step.name}`,
    deadlineMs: DEADLINE_MS,
    everyMs: 1,
  });
  victim.signal('SIGKILL');
  expect(await victim.ended).toBe('SIGKILL');
  const killedMs = performance.now();
  // What was held back is never delivered: the connections are reset before they are healed.
  for (const proxy of proxies()) proxy.reset();
  const open = await run.openPartitions();
  if (step.leavesOpen) expect(open).not.toEqual([]);
  await healAll();
  const tookMs = await run.progressSince(killedMs);
  expect(copier.current.pid).not.toBe(victim.pid);
  sayTime(`crash ${step.name}`, `open in ${open.length} partitions, progress after ${tookMs} ms`);
  return copier.unfinished(victim.pid);
};

const proxies = (): readonly KafkaFaultProxy[] =>
  kafka.cluster.brokers.map(({ nodeId }) => kafka.proxy(nodeId));

const healAll = (): Promise<unknown> => Promise.all(proxies().map((proxy) => proxy.heal()));
