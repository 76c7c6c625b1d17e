import { at, ManualClock } from '@millrace/testkit';
import { RunningApi } from './testing/running-api';

const PAYMENTS = 200;

describe('a stop under load', () => {
  it('loses nothing that was answered, and a retry doubles nothing', async () => {
    const clock = new ManualClock(at('2026-03-01T10:00:00Z'));
    let api = await RunningApi.start({ clock });
    const card = { cardId: 'card_1', currency: 'EUR', limitMinor: 1_000_000, country: 'BE' };
    await api.post('/v1/cards', 'open', card);
    const pay = async (index: number): Promise<number> => {
      const body = { merchantId: 'm', mcc: '5942', country: 'BE', amountMinor: 1, currency: 'EUR' };
      const answer = await api.post('/v1/cards/card_1/payments', `key-${index}`, body);
      return answer.status;
    };
    const sent = Array.from({ length: PAYMENTS }, (_, index) => pay(index).catch(() => 0));
    await Promise.race(sent);
    const folder = await api.stop();
    const statuses = await Promise.all(sent);
    expect(statuses.filter((status) => ![0, 201, 503].includes(status))).toEqual([]);

    api = await RunningApi.start({ clock, folder });
    const answered = statuses.filter((status) => status === 201).length;
    const stored = api.runtime.read('card', 'card_1');
    const spent = { spentMinorByMonth: { '2026-03': expect.any(Number) } };
    expect(stored).toMatchObject(spent);
    expect(stored?.version).toBeGreaterThanOrEqual(1 + answered);

    const retried = await Promise.all(Array.from({ length: PAYMENTS }, (_, index) => pay(index)));
    expect(new Set(retried)).toEqual(new Set([201]));
    expect(api.runtime.read('card', 'card_1')).toMatchObject({
      version: 1 + PAYMENTS,
      spentMinorByMonth: { '2026-03': PAYMENTS },
    });
    await api.remove();
  });
});
