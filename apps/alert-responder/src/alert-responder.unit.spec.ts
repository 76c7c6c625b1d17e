import { partitionFor } from '@millrace/event-log';
import { createSimulatedLog, type SimulatedLog } from '@millrace/event-log/testing';
import { type Alert, alertHeaders, alertIdOf, type CardBlock, fraudTopics } from '@millrace/fraud';
import { at, ManualClock, minutes } from '@millrace/testkit';
import { AlertResponder, RESPONDER_GROUP } from './alert-responder';
import type { BlockAnswer, CardBlocker } from './card-blocker.port';
import type { AlertDone, ResponderObserver } from './responder-observer.port';

const LANES = 2;
const T0 = at('2025-03-01T10:00:00Z');

const alertOf = (given: Partial<Alert> = {}): Alert => {
  const cardId = given.cardId ?? 'card_1';
  const origin = { ruleId: 'r', keyKind: 'card', keyId: cardId, paymentId: 'pay_1' } as const;
  return {
    alertId: alertIdOf(origin),
    ruleId: 'r',
    ruleSetVersion: 0,
    keyKind: 'card',
    keyId: cardId,
    cardId,
    action: 'block',
    severity: 'high',
    reason: 'many countries',
    crossedBy: 'pay_1',
    window: { kind: 'trailing', startMs: T0, endMs: T0 + 1 },
    values: { count: 5 },
    thresholds: { count: 5 },
    payments: [],
    raisedAtMs: T0,
    updatedAtMs: T0,
    revision: 1,
    imported: false,
    ...given,
  };
};

class Recorder implements ResponderObserver {
  readonly ended: AlertDone[] = [];
  readonly waits: number[] = [];
  readonly troubles: string[] = [];
  retries = 0;
  readonly lags = new Map<number, number>();
  done(alert: AlertDone): void {
    this.ended.push(alert);
  }
  retried(): void {
    this.retries += 1;
  }
  lag(lane: number, records: number): void {
    this.lags.set(lane, records);
  }
  troubled(_lane: number, trouble: 'restarts' | 'failed'): void {
    this.troubles.push(trouble);
  }
}

/** Answers in the given order, then always `blocked`; an Error is no answer. */
class ScriptedBlocker implements CardBlocker {
  readonly blocks: CardBlock[] = [];
  constructor(private readonly script: (BlockAnswer | Error)[] = []) {}
  async block(block: CardBlock): Promise<BlockAnswer> {
    this.blocks.push(block);
    const answer = this.script.shift() ?? { kind: 'blocked' };
    if (answer instanceof Error) throw answer;
    return answer;
  }
}

interface World {
  readonly clock: ManualClock;
  readonly log: SimulatedLog;
  readonly observer: Recorder;
  readonly responder: (blocker: CardBlocker) => AlertResponder;
}

const world = async (): Promise<World> => {
  const clock = new ManualClock(T0);
  const log = createSimulatedLog({ seed: 1, clock });
  await log.ensureTopics(fraudTopics(LANES));
  const observer = new Recorder();
  return {
    clock,
    log,
    observer,
    responder: (blocker) =>
      new AlertResponder({
        log: log.client(),
        clock,
        blocker,
        observer,
        delay: async (ms) => {
          observer.waits.push(ms);
          clock.advanceMs(ms);
        },
      }),
  };
};

const append = async (log: SimulatedLog, alert: Alert): Promise<void> => {
  const partition = partitionFor(alert.keyId, LANES);
  const value = JSON.stringify(alert);
  const headers = alertHeaders(alert, {});
  await log.append([{ topic: 'alert-events', partition, key: alert.alertId, value, headers }]);
};

const until = async (holds: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 5_000; turn += 1) {
    if (holds()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('what was awaited did not come');
};

describe('an alert that wants a block', () => {
  it('is sent once, valid for 10 minutes from its append', async () => {
    const { log, observer, responder } = await world();
    const blocker = new ScriptedBlocker();
    const running = responder(blocker);
    await running.start();
    const alert = alertOf();
    await append(log, alert);
    await until(() => observer.ended.length === 1);
    await running.stop();
    expect(blocker.blocks).toEqual([
      {
        cardId: 'card_1',
        alertId: alert.alertId,
        command: {
          type: 'block-card',
          reason: 'many countries',
          alertId: alert.alertId,
          notAfterMs: T0 + minutes(10),
        },
      },
    ]);
    expect(observer.ended[0]).toMatchObject({ end: 'blocked', tookMs: 0 });
  });

  it('is sent again, with growing pauses, until there is an answer', async () => {
    const { log, observer, responder } = await world();
    const blocker = new ScriptedBlocker(Array.from({ length: 9 }, () => new Error('no answer')));
    const running = responder(blocker);
    await running.start();
    await append(log, alertOf());
    await until(() => observer.ended.length === 1);
    await running.stop();
    expect(blocker.blocks).toHaveLength(10);
    expect(observer.waits).toEqual([50, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    expect(observer.ended[0]).toMatchObject({ end: 'blocked', tookMs: 16_350 });
  });

  it('is given up, and the next one answered, when it would be expired', async () => {
    const { log, observer, responder } = await world();
    const first = alertOf();
    const blocker: CardBlocker = {
      block: async ({ alertId }) => {
        if (alertId === first.alertId) throw new Error('no answer');
        return { kind: 'blocked' };
      },
    };
    const running = responder(blocker);
    await running.start();
    await append(log, first);
    await until(() => observer.ended.length === 1);
    await append(log, alertOf({ alertId: `alr_${'0'.repeat(32)}` }));
    await until(() => observer.ended.length === 2);
    await running.stop();
    expect(observer.ended.map(({ end }) => end)).toEqual(['given-up', 'blocked']);
    expect(observer.ended[0]?.tookMs).toBeGreaterThan(minutes(10));
    expect(observer.ended[0]?.tookMs).toBeLessThanOrEqual(minutes(10) + 5_000);
  });

  it.each(['BLOCK_EXPIRED', 'CARD_NOT_FOUND'])('refused by %s is done with', async (code) => {
    const { log, observer, responder } = await world();
    const blocker = new ScriptedBlocker([{ kind: 'refused', code }]);
    const running = responder(blocker);
    await running.start();
    await append(log, alertOf());
    await append(log, alertOf({ alertId: `alr_${'0'.repeat(32)}` }));
    await until(() => observer.ended.length === 2);
    await running.stop();
    expect(observer.ended.map(({ end, code: why }) => [end, why])).toEqual([
      ['refused', code],
      ['blocked', undefined],
    ]);
    expect(observer.retries).toBe(0);
  });
});

describe('nothing follows', () => {
  it.each([
    ['updated', { revision: 2 }],
    ['imported', { imported: true }],
    ['action', { action: 'review' }],
    ['action', { action: 'alert' }],
  ] as const)('from an alert because of %s', async (end, given) => {
    const { log, observer, responder } = await world();
    const blocker = new ScriptedBlocker();
    const running = responder(blocker);
    await running.start();
    await append(log, alertOf(given));
    await until(() => observer.ended.length === 1);
    await running.stop();
    expect(observer.ended[0]).toMatchObject({ end });
    expect(blocker.blocks).toEqual([]);
  });
});

describe('the position', () => {
  it('is published after the effect: the next responder goes on behind it', async () => {
    const { log, observer, responder } = await world();
    const first = responder(new ScriptedBlocker());
    await first.start();
    await append(log, alertOf());
    await until(() => observer.ended.length === 1);
    await first.stop();
    const blocker = new ScriptedBlocker();
    const second = responder(blocker);
    await second.start();
    await append(log, alertOf({ alertId: `alr_${'1'.repeat(32)}` }));
    await until(() => observer.ended.length === 2);
    await second.stop();
    expect(blocker.blocks.map(({ alertId }) => alertId)).toEqual([`alr_${'1'.repeat(32)}`]);
  });

  it('stays before an alert that was not answered when the responder stopped', async () => {
    const { log, observer, responder } = await world();
    const waiting: CardBlocker = {
      block: (_block, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('stopped')));
        }),
    };
    const first = responder(waiting);
    await first.start();
    await append(log, alertOf());
    const lane = partitionFor('card_1', LANES);
    await until(() => observer.lags.get(lane) === 1);
    await first.stop();
    expect(observer.ended).toEqual([]);
    const published = await log.groupPositions(RESPONDER_GROUP);
    expect(published.find(({ partition }) => partition === lane)?.offset).toBe(0);
    const blocker = new ScriptedBlocker();
    const second = responder(blocker);
    await second.start();
    await until(() => observer.ended.length === 1);
    await second.stop();
    expect(blocker.blocks).toHaveLength(1);
  });
});

describe('a lane', () => {
  it('stands still before a record that is no alert, and says so; the other one goes on', async () => {
    const { log, observer, responder } = await world();
    const running = responder(new ScriptedBlocker());
    await running.start();
    const lane = partitionFor('card_1', LANES);
    const topic = 'alert-events';
    await log.append([{ topic, partition: lane, key: 'x', value: '{}', headers: {} }]);
    await until(() => observer.troubles.length === 1);
    expect(observer.troubles).toEqual(['failed']);
    const other = ['card_2', 'card_3', 'card_4'].find((id) => partitionFor(id, LANES) !== lane);
    await append(log, alertOf({ cardId: other ?? '' }));
    await until(() => observer.ended.length === 1);
    expect(running.lanes().find((report) => report.lane === lane)?.status).toBe('failed');
    await running.stop();
  });

  it('begins anew after an error that may pass', async () => {
    const { log, observer, responder } = await world();
    const running = responder(new ScriptedBlocker());
    log.plan('poll-unavailable');
    await running.start();
    await append(log, alertOf());
    await until(() => observer.ended.length === 1);
    await running.stop();
    expect(observer.troubles).toEqual(['restarts']);
  });
});
