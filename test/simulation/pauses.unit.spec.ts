import { createSimulatedLog, type SimulatedClient } from '@millrace/event-log/testing';
import { type CommandOutcome, CommandRuntime } from '@millrace/event-sourcing';
import {
  addTo,
  allRecords,
  COUNTER_LIMIT,
  counterAggregate,
  counterTopics,
} from '@millrace/event-sourcing/testing';
import { at, ManualClock } from '@millrace/testkit';
import { checkHistory } from './check-history';

const settle = async (): Promise<void> => {
  for (let i = 0; i < 300; i += 1) await undefined;
};

type End = 'paused and resumed' | 'killed';

/** An owner is stopped at its n-th step while it serves; a rival takes over and serves too. */
const scenario = async (step: number, end: End) => {
  const clock = new ManualClock(at('2026-03-01T10:00:00Z'));
  const log = createSimulatedLog({ seed: 1, clock });
  await log.ensureTopics(counterTopics(1));
  const runtimeOn = (client: SimulatedClient): CommandRuntime =>
    new CommandRuntime({
      log: client,
      clock,
      aggregates: [counterAggregate],
      lanes: 1,
      groupId: client.name,
    });
  const answers = { c1: [] as CommandOutcome[], c2: [] as CommandOutcome[] };
  const ask = (runtime: CommandRuntime, commandId: 'c1' | 'c2'): void =>
    void runtime.submit(addTo('a', 5, { commandId })).then(
      (answer) => answers[commandId].push(answer),
      () => undefined,
    );
  const first = log.client('first');
  const older = runtimeOn(first);
  const startOlder = older.start();
  const until = async (): Promise<boolean> => {
    for (let i = 0; i < 300 && first.steps.length < step; i += 1) await undefined;
    return first.steps.length >= step;
  };
  let reached = await until();
  if (!reached) {
    await startOlder;
    ask(older, 'c1');
    reached = await until();
  }
  if (end === 'killed') first.crash();
  else first.pause();
  const newer = runtimeOn(log.client('second'));
  await newer.start();
  ask(newer, 'c1');
  await settle();
  ask(newer, 'c2');
  await settle();
  first.resume();
  await settle();
  const afterwards = answers.c1.length + answers.c2.length;
  ask(older, 'c2');
  await settle();
  const read = (topic: string) => allRecords(log, { topic, partition: 0 });
  const violations = checkHistory({
    events: await read('counter-events'),
    rows: await read('counter-state'),
    commands: (['c1', 'c2'] as const).map((commandId) => ({
      commandId,
      counterId: 'a',
      amount: 5,
      answers: answers[commandId],
    })),
    limit: COUNTER_LIMIT,
  });
  return { reached, violations, answers, afterwards };
};

describe.each(['paused and resumed', 'killed'] as const)('an owner that is %s', (end) => {
  it('at any of its steps never accepts beside its successor', async () => {
    let steps = 0;
    for (let step = 1; ; step += 1) {
      const { reached, violations, answers } = await scenario(step, end);
      if (!reached) break;
      steps += 1;
      expect({ step, violations }).toEqual({ step, violations: [] });
      // The successor has answered both, whatever became of the other.
      expect({ step, c2: answers.c2.at(0) }).toMatchObject({ step, c2: { kind: 'accepted' } });
      expect(answers.c1.length).toBeGreaterThan(0);
    }
    expect(steps).toBeGreaterThan(12);
  });
});
