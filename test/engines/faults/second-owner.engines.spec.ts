/**
 * Two owners of one writer id: the older one finds itself fenced and commits nothing more, also
 * when it was stopped (SIGSTOP) with its commit on the way.
 */
import { API, catchRequest, healAll } from './caught-request';
import { coordinatorOf, leaderOf } from './coordinators';
import { COPIER_EXIT } from './copier-settings';
import { CopyRun } from './copy-run';
import { type ProxiedKafka, startProxiedKafka } from './proxied-kafka';
import { SCENARIO_TIMEOUT_MS, SEEDS, sayTime } from './scenario';

let kafka: ProxiedKafka;

beforeAll(async () => {
  kafka = await startProxiedKafka();
});

afterAll(() => kafka.stop());

describe('the owner of a writer that was taken over', () => {
  it.each(SEEDS)(
    'is fenced when it runs on, seed %i',
    async (seed) => {
      const run = await CopyRun.begin(kafka.cluster, 'second', { seed });
      try {
        const first = run.startCopier({ hasRival: true });
        await run.progressSince(performance.now(), 3);
        const startedMs = performance.now();
        const second = run.startCopier({ hasRival: true });
        expect(await first.current.ended).toBe(COPIER_EXIT.fenced);
        const tookMs = await run.progressSince(startedMs, 3);
        sayTime('a second owner', `all lanes progress ${tookMs} ms after its process was started`);
        expect(first.of('fenced')).not.toEqual([]);
        expect(second.of('fenced')).toEqual([]);
        expect(await run.judge()).toEqual([]);
      } finally {
        await run.close();
      }
    },
    SCENARIO_TIMEOUT_MS,
  );

  const kinds = [
    {
      what: 'records',
      apiKey: API.produce,
      action: 'holdResponse',
      at: (run: CopyRun) => leaderOf(kafka.cluster, { topic: run.topics.output, partition: 0 }),
      ends: [COPIER_EXIT.fenced],
    },
    {
      what: 'a commit',
      apiKey: API.endTxn,
      action: 'hold',
      at: (run: CopyRun) => coordinatorOf(kafka.cluster, 'transaction', run.writerOf(0)),
      // Whoever has sent a commit and hears of a fence cannot tell which came first.
      ends: [COPIER_EXIT.fenced, COPIER_EXIT.doubt],
    },
  ] as const;
  const zombies = SEEDS.flatMap((seed) => kinds.map((kind) => ({ seed, ...kind })));

  it.each(zombies)(
    'commits nothing when it was stopped with $what on the way, seed $seed',
    async ({ seed, what, at, ends, ...caught }) => {
      const run = await CopyRun.begin(kafka.cluster, 'zombie', { seed, partitions: 1 });
      const zombie = run.startCopier({ hasRival: true });
      try {
        await run.progressSince(performance.now(), 3);
        await catchRequest({ run, kafka }, { ...caught, undecided: true, nodes: [await at(run)] });
        zombie.current.signal('SIGSTOP');
        expect(await run.openPartitions()).toContain(`${run.topics.output}/0`);
        const stoppedMs = performance.now();
        const successor = run.startCopier({ hasRival: true });
        const tookMs = await run.progressSince(stoppedMs, 3);
        sayTime(`stopped with ${what} on the way`, `successor progresses after ${tookMs} ms`);
        // What was held arrives now, while the successor has transactions of the same id.
        await healAll(kafka);
        await run.progressSince(performance.now());
        zombie.current.signal('SIGCONT');
        expect(ends).toContain(await zombie.current.ended);
        const unfinished = zombie.unfinished(zombie.current.pid);
        expect(unfinished).toHaveLength(1);
        expect(successor.of('fenced')).toEqual([]);
        expect(await run.judge(unfinished)).toEqual([]);
      } finally {
        await healAll(kafka);
        await run.close();
      }
    },
    SCENARIO_TIMEOUT_MS,
  );
});
