import {
  cardEventHeaders,
  cardOpened,
  fraudStory,
  hours,
  minutes,
  seconds,
} from '@millrace/testkit';
import { DetectionScene, onlyRule, SCENE_STARTS_MS } from '../testing/detection-scene';
import { compileRule } from './compile-rule';
import { defaultRuleSet } from './default-rules';

describe('the default rules', () => {
  it('raise on exactly the payment of the story where the fifth payment makes a third country', () => {
    const scene = new DetectionScene();
    const { payments } = fraudStory({ cardId: 'card_1', startMs: SCENE_STARTS_MS, seed: 1 });
    for (const { paymentId, occurredAtMs, request } of payments) {
      scene.pay(occurredAtMs - SCENE_STARTS_MS, request.country, { paymentId });
    }
    const crossing = payments[5];
    expect(scene.raised().map(({ ruleId, crossedBy }) => [ruleId, crossedBy])).toEqual([
      ['countries-5m', crossing?.paymentId],
      ['countries-6h', crossing?.paymentId],
    ]);
    expect(scene.raised('countries-6h')[0]).toMatchObject({
      cardId: 'card_1',
      keyKind: 'card',
      action: 'block',
      severity: 'high',
      ruleSetVersion: 0,
      raisedAtMs: crossing?.occurredAtMs,
      values: { count: 6, countries: 3 },
      thresholds: { count: 5, countries: 3 },
      imported: false,
    });
  });

  it('stay silent with four payments in three countries', () => {
    const scene = new DetectionScene();
    ['BE', 'FR', 'DE', 'DE'].forEach((country, i) => {
      scene.pay(seconds(i), country);
    });
    expect(scene.alerts()).toEqual([]);
  });

  it('stay silent with six payments in two countries', () => {
    const scene = new DetectionScene();
    ['BE', 'FR', 'FR', 'BE', 'FR', 'BE'].forEach((country, i) => {
      scene.pay(seconds(i), country);
    });
    expect(scene.alerts()).toEqual([]);
  });

  it('raise with five payments in four countries', () => {
    const scene = new DetectionScene();
    ['BE', 'FR', 'DE', 'NL', 'NL'].forEach((country, i) => {
      scene.pay(seconds(i), country);
    });
    expect(scene.raised().map(({ crossedBy }) => crossedBy)).toEqual(['pay_5', 'pay_5']);
  });

  it('count declined attempts', () => {
    const scene = new DetectionScene();
    scene.burst(0, { declined: true });
    expect(scene.raised()).toHaveLength(2);
    expect(scene.alerts()[0]?.payments.map(({ status }) => status)).toEqual(
      Array(5).fill('declined'),
    );
  });

  it('count each card by itself', () => {
    const scene = new DetectionScene();
    ['BE', 'FR', 'DE', 'NL', 'ES', 'IT'].forEach((country, i) => {
      scene.pay(seconds(i), country, { cardId: `card_${i % 2}` });
    });
    expect(scene.alerts()).toEqual([]);
  });

  it('leave events of the card itself alone', () => {
    const scene = new DetectionScene();
    const opened = cardOpened();
    scene.run.pipe('card-events', {
      key: 'card_1',
      value: opened.data,
      headers: cardEventHeaders(opened),
    });
    expect(scene.run.read()).toEqual([]);
    expect(scene.run.drops).toEqual([]);
  });

  it.each([
    [minutes(5) - 1, 1],
    [minutes(5), 0],
    [minutes(5) + 1, 0],
  ])('of 5 min see the fifth payment %d ms after the window began: %d alerts', (afterMs, count) => {
    const scene = new DetectionScene({ ruleSet: onlyRule('countries-5m') });
    ['BE', 'FR', 'DE', 'DE'].forEach((country) => {
      scene.pay(0, country);
    });
    scene.pay(afterMs, 'BE');
    expect(scene.raised()).toHaveLength(count);
  });

  it.each([
    [hours(6) - 1, 1],
    [hours(6), 0],
    [hours(6) + 1, 0],
  ])('of 6 h see the fifth payment %d ms after the first: %d alerts', (afterMs, count) => {
    const scene = new DetectionScene({ ruleSet: onlyRule('countries-6h') });
    scene.pay(0, 'BE');
    ['FR', 'DE', 'DE'].forEach((country) => {
      scene.pay(hours(1), country);
    });
    scene.pay(afterMs, 'FR');
    expect(scene.raised()).toHaveLength(count);
  });
});

describe('compiling the default rules', () => {
  it.each(defaultRuleSet.rules)('finds that $ruleId needs five payments at least', (definition) => {
    expect(compileRule(definition, 0).minPayments).toBe(5);
  });
});
