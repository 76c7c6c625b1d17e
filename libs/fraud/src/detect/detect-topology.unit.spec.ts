import { days, hours, minutes, seconds } from '@millrace/testkit';
import { type Alert, alertSchema } from '../alert/alert';
import { readAlertEvent } from '../alert/alert-record';
import { RuleSetInvalidError } from '../fraud.errors';
import type { RuleSet } from '../rules/rule';
import { DetectionScene, onlyRule, SCENE_STARTS_MS } from '../testing/detection-scene';
import { detectTopology } from './detect.topology';

describe('what is written', () => {
  it('is a valid alert in its envelope, on alert-events and alerts alike', () => {
    const scene = new DetectionScene();
    scene.burst(0);
    const events = scene.run.read('alert-events');
    expect(scene.run.read('alerts').map(({ after, topic, ...rest }) => rest)).toEqual(
      events.map(({ after, topic, ...rest }) => rest),
    );
    for (const { key, value, headers } of events) {
      const record = { key: Buffer.from(key ?? ''), value: Buffer.from(value ?? ''), headers };
      const event = readAlertEvent(record);
      expect(event?.type).toBe('alert.raised');
      expect(alertSchema.parse(event?.alert)).toEqual(event?.alert);
      expect(key).toBe(event?.alert.alertId);
      expect(headers).toMatchObject({
        ce_id: `${key}/1`,
        ce_source: '/millrace/stream-processor',
        ce_time: new Date(SCENE_STARTS_MS + minutes(4) - 1).toISOString(),
        aggregateversion: '1',
        causationid: 'card_1/5',
      });
    }
  });

  it('goes to the lane of the card', () => {
    const scene = new DetectionScene({}, 4);
    for (const cardId of ['card_1', 'card_2', 'card_3', 'card_4', 'card_5']) {
      scene.burst(0, { cardId });
    }
    const lanes = scene.run.read('alert-events').map(({ lane }) => lane);
    expect(new Set(lanes).size).toBeGreaterThan(1);
    for (const { lane, value } of scene.run.read('alert-events')) {
      const alert: Alert = JSON.parse(value ?? '');
      expect(lane).toBe(laneOf(alert.keyId));
    }
  });

  const laneOf = (cardId: string): number => {
    const probe = new DetectionScene({}, 4);
    probe.burst(0, { cardId });
    return probe.run.read('alerts')[0]?.lane ?? -1;
  };
});

describe('state', () => {
  it('survives a restart in the middle of a burst', () => {
    const scene = new DetectionScene();
    ['BE', 'FR', 'FR', 'BE'].forEach((country, i) => {
      scene.pay(minutes(i), country);
    });
    scene.run.restart();
    const crossing = scene.pay(minutes(4) - 1, 'DE');
    scene.run.restart();
    scene.pay(minutes(4), 'DE');
    expect(scene.alerts().map(({ revision, crossedBy }) => [revision, crossedBy])).toEqual([
      [1, crossing],
      [1, crossing],
      [2, crossing],
      [2, crossing],
    ]);
  });

  it('of a key goes when no window and no episode can need it', () => {
    const scene = new DetectionScene({ graceMs: 0 });
    scene.pay(0, 'BE');
    scene.pay(hours(6) - 1, 'BE', { cardId: 'card_2' });
    expect(scene.run.storeKeys('card-activity')).toEqual(['card_1', 'card_2']);
    scene.run.restart();
    scene.pay(hours(7), 'BE', { cardId: 'card_2' });
    expect(scene.run.storeKeys('card-activity')).toEqual(['card_2']);
    // When the bucket of card_2 is due, its payment of hour 7 is still of use.
    scene.pay(hours(12) + minutes(30), 'BE', { cardId: 'card_3' });
    expect(scene.run.storeKeys('card-activity')).toEqual(['card_2', 'card_3']);
    scene.pay(days(2), 'BE', { cardId: 'card_3' });
    expect(scene.run.storeKeys('card-activity')).toEqual(['card_3']);
  });

  it('of a key is bounded: the oldest payments leave, and are counted', () => {
    const scene = new DetectionScene({ ruleSet: onlyRule('countries-6h'), maxPaymentsPerKey: 4 });
    ['BE', 'FR', 'DE', 'DE', 'DE', 'DE'].forEach((country, i) => {
      scene.pay(i, country);
    });
    expect(scene.alerts()).toEqual([]);
    expect(scene.run.drops.map(({ reason }) => reason)).toEqual(['capacity', 'capacity']);
  });
});

describe('rules of other keys', () => {
  const shops: RuleSet = {
    version: 3,
    rules: [
      {
        ruleId: 'terminal-cards',
        keyKind: 'terminal',
        filter: [{ field: 'status', in: ['declined'] }],
        window: { kind: 'trailing', sizeMs: minutes(10) },
        aggregates: { cards: { kind: 'distinct', of: 'card' } },
        condition: { aggregate: 'cards', op: '>=', value: 3 },
        action: 'review',
        severity: 'medium',
        reason: 'many cards declined at one terminal',
        quietPeriodMs: minutes(10),
      },
    ],
  };

  it('see the payments of all lanes, through a repartition', () => {
    const scene = new DetectionScene({ ruleSet: shops }, 4);
    for (let i = 0; i < 3; i += 1) {
      const about = { cardId: `card_${i}`, terminalId: 'term_1' };
      scene.pay(seconds(i), 'BE', { ...about, paymentId: `ok_${i}` });
      scene.pay(seconds(i), 'BE', { ...about, paymentId: `no_${i}`, declined: true });
    }
    expect(scene.alerts()).toHaveLength(1);
    expect(scene.alerts()[0]).toMatchObject({
      keyKind: 'terminal',
      keyId: 'term_1',
      ruleSetVersion: 3,
      crossedBy: 'no_2',
      values: { cards: 3 },
    });
    expect(scene.alerts()[0]).not.toHaveProperty('cardId');
  });

  it('leave payments without a terminal alone', () => {
    const scene = new DetectionScene({ ruleSet: shops });
    scene.pay(0, 'BE');
    expect(scene.run.drops).toEqual([]);
  });
});

describe('detectTopology', () => {
  it('refuses a rule set that contradicts itself', () => {
    const ruleSet = onlyRule('countries-5m', { quietPeriodMs: 0 });
    expect(() => detectTopology({ ruleSet })).toThrow(RuleSetInvalidError);
  });

  it('reads card-events and keeps its state in detect-changelog', () => {
    const topology = detectTopology();
    expect(topology.inputs.map(({ topic }) => topic)).toEqual(['card-events']);
    expect(topology.outputTopics).toEqual(['alert-events', 'alerts', 'late-payments']);
    expect(topology.changelogTopic).toBe('detect-changelog');
    expect(topology.repartitionTopics).toEqual([]);
  });
});
