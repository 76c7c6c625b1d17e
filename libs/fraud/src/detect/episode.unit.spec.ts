import { minutes } from '@millrace/testkit';
import { DetectionScene, onlyRule, SCENE_STARTS_MS } from '../testing/detection-scene';

describe('an episode', () => {
  it('goes on with each payment that matches: same alert, next revision, one payment more', () => {
    const scene = new DetectionScene({ ruleSet: onlyRule('countries-5m') });
    const crossing = scene.burst(0);
    const next = scene.pay(minutes(4), 'ES');
    const [raised, updated] = scene.alerts();
    expect(raised).toMatchObject({ revision: 1, crossedBy: crossing, values: { count: 5 } });
    expect(updated).toMatchObject({
      alertId: raised?.alertId,
      revision: 2,
      crossedBy: crossing,
      raisedAtMs: raised?.raisedAtMs,
      updatedAtMs: SCENE_STARTS_MS + minutes(4),
      values: { count: 6, countries: 4 },
    });
    expect(updated?.payments.map(({ paymentId }) => paymentId)).toEqual([
      ...(raised?.payments ?? []).map(({ paymentId }) => paymentId),
      next,
    ]);
    expect(scene.alerts()).toHaveLength(2);
  });

  it('takes no update from a payment in whose windows the rule does not hold', () => {
    const scene = new DetectionScene({ ruleSet: onlyRule('countries-5m') });
    scene.burst(0);
    scene.pay(minutes(20), 'BE');
    expect(scene.alerts()).toHaveLength(1);
  });

  it.each([
    [minutes(30) - 1, 1],
    [minutes(30), 1],
    [minutes(30) + 1, 2],
  ])('%d ms after its last match: %d alerts', (pauseMs, count) => {
    const scene = new DetectionScene({ ruleSet: onlyRule('countries-5m') });
    scene.burst(0);
    const lastMs = minutes(4) - 1;
    ['BE', 'FR', 'DE', 'DE', 'BE'].forEach((country) => {
      scene.pay(lastMs + pauseMs, country);
    });
    expect(scene.raised()).toHaveLength(count);
    expect(new Set(scene.alerts().map(({ alertId }) => alertId)).size).toBe(count);
  });

  it('never merges with another one, though a late payment lies between them', () => {
    const scene = new DetectionScene({ ruleSet: onlyRule('countries-5m') });
    scene.burst(0);
    scene.burst(minutes(45));
    expect(scene.raised()).toHaveLength(2);
    ['BE', 'FR', 'DE', 'DE', 'BE'].forEach((country) => {
      scene.pay(minutes(25), country);
    });
    expect(scene.raised()).toHaveLength(2);
    expect(scene.alerts().at(-1)?.alertId).toBe(scene.raised()[1]?.alertId);
  });

  it('shows 50 payments at most and counts on', () => {
    const scene = new DetectionScene({ ruleSet: onlyRule('countries-6h') });
    scene.burst(0);
    for (let i = 0; i < 60; i += 1) scene.pay(minutes(5) + i, 'BE');
    const last = scene.alerts().at(-1);
    expect(last?.payments).toHaveLength(50);
    expect(last).toMatchObject({ revision: 61, values: { count: 65 } });
  });

  it('of imported payments says so, and is not continued by live ones', () => {
    const scene = new DetectionScene({ ruleSet: onlyRule('countries-5m') });
    scene.burst(0, { source: '/millrace/import' });
    scene.pay(minutes(4), 'BE');
    expect(scene.raised().map(({ imported }) => imported)).toEqual([true, false]);
  });
});

describe('payments out of order', () => {
  it('are counted while a window is open, and cross by themselves', () => {
    const scene = new DetectionScene({ ruleSet: onlyRule('countries-5m') });
    ['BE', 'FR', 'BE', 'BE'].forEach((country) => {
      scene.pay(minutes(1), country);
    });
    scene.pay(minutes(30), 'BE', { cardId: 'card_2' });
    const late = scene.pay(minutes(2), 'DE');
    expect(scene.raised().map(({ crossedBy }) => crossedBy)).toEqual([late]);
  });

  // The last window of a payment at 0 is [0, 5 min); with a grace of 10 min it closes at 15 min.
  it.each([
    [minutes(15) - 1, 0],
    [minutes(15), 1],
    [minutes(15) + 1, 1],
  ])('at stream time %d ms: %d of them late', (nowMs, count) => {
    const scene = new DetectionScene({ ruleSet: onlyRule('countries-5m'), graceMs: minutes(10) });
    scene.pay(nowMs, 'BE', { cardId: 'card_2' });
    const paymentId = scene.pay(0, 'DE');
    const late = scene.run.read('late-payments');
    expect(late).toHaveLength(count);
    expect(scene.run.drops.map(({ reason }) => reason)).toEqual(Array(count).fill('late'));
    if (count === 0) return;
    expect(late[0]).toMatchObject({ key: 'card_1', timestampMs: SCENE_STARTS_MS });
    expect(JSON.parse(late[0]?.value ?? '')).toMatchObject({
      paymentId,
      keyId: 'card_1',
      reason: 'no-open-window',
      nowMs: SCENE_STARTS_MS + nowMs,
      payment: { country: 'DE' },
    });
  });

  it('that are late count nowhere', () => {
    const scene = new DetectionScene({ ruleSet: onlyRule('countries-5m'), graceMs: 0 });
    scene.pay(minutes(10), 'BE', { cardId: 'card_2' });
    scene.burst(0);
    expect(scene.alerts()).toEqual([]);
    expect(scene.run.read('late-payments')).toHaveLength(5);
  });
});
