import { SeededRandom } from '@millrace/testkit';
import fc from 'fast-check';
import { GroupScene } from './testing/group-scene';

const LANES = 5;
const MOST_PROCESSES = 6;

type Action =
  | {
      readonly kind: 'start';
      readonly assignMs: number;
      readonly revokeMs: number;
      /** The callback of this number rejects; 0: none does. */
      readonly failsAt: number;
    }
  | { readonly kind: 'leave'; readonly which: number }
  | { readonly kind: 'crash'; readonly which: number }
  | { readonly kind: 'cut'; readonly which: number; readonly ms: number }
  | { readonly kind: 'fail-over'; readonly downMs: number };

interface Step {
  readonly waitMs: number;
  readonly action: Action;
}

const which = fc.nat(MOST_PROCESSES);
const callbackMs = fc.oneof(fc.nat(20), fc.nat(3_000), fc.nat(40_000));
const start: fc.Arbitrary<Action> = fc.record({
  kind: fc.constant('start' as const),
  assignMs: callbackMs,
  revokeMs: callbackMs,
  failsAt: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 4 })),
});
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: start },
  {
    weight: 3,
    arbitrary: fc.oneof(
      fc.record({ kind: fc.constant('leave' as const), which }),
      fc.record({ kind: fc.constant('crash' as const), which }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('cut' as const),
      which,
      ms: fc.oneof(fc.nat(9_000), fc.nat(60_000)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('fail-over' as const),
      downMs: fc.oneof(fc.nat(3_000), fc.nat(20_000)),
    }),
  },
);
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({ waitMs: fc.oneof(fc.nat(50), fc.nat(2_000), fc.nat(15_000)), action }),
  { minLength: 1, maxLength: 14 },
);

const perform = (scene: GroupScene, step: Action, count: number): void => {
  const { present, time } = scene;
  if (step.kind === 'start') {
    if (present.length < MOST_PROCESSES) scene.start(`p${count}`, step);
    return;
  }
  if (step.kind === 'fail-over') {
    scene.model.failOver(step.downMs);
    return;
  }
  const process = present[step.which % Math.max(present.length, 1)];
  if (process === undefined) return;
  if (step.kind === 'crash') process.crash();
  else if (step.kind === 'leave') void process.leave().catch(() => undefined);
  else void process.cutFor(() => time.pause(step.ms));
};

const storm = async (given: readonly Step[], seed: number): Promise<GroupScene> => {
  const random = new SeededRandom(seed);
  const scene = new GroupScene({ lanes: LANES, latencyMs: () => random.int(1, 8) });
  let count = 0;
  for (const { waitMs, action: next } of given) {
    await scene.time.advance(waitMs);
    count += 1;
    perform(scene, next, count);
  }
  return scene;
};

// Else than by a callback that fails on purpose.
const hasFailedByItself = (outcome: PromiseSettledResult<void>): boolean =>
  outcome.status === 'rejected' && !/^Error: callback \d fails$/.test(String(outcome.reason));

describe('a group whose members join, leave, fail, crash, are cut off, and whose coordinator moves', () => {
  it('never has two members on a lane, and ends with every lane owned, evenly', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(), async (given, seed) => {
        const scene = await storm(given, seed);
        // The longest cut, a session, and revokes and assignments that wait for each other.
        const isCalm = await scene.time.reached(() => scene.isCalm, 60_000 + 10_000 + 600_000);
        expect(scene.violations).toEqual([]);
        expect({ isCalm, held: scene.present.map(({ lanes }) => lanes) }).toMatchObject({
          isCalm: true,
        });
        const left = scene.present;
        const leaving = Promise.allSettled(left.map((process) => process.leave()));
        const outcomes = await scene.time.until(leaving, 300_000);
        expect(outcomes.filter(hasFailedByItself)).toEqual([]);
        expect(left.flatMap(({ lanes }) => lanes)).toEqual([]);
        expect(scene.violations).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
