import {
  authorize,
  blockCard,
  cardBlocked,
  cardOpened,
  cardUnblocked,
  given,
  openCard,
} from '@millrace/testkit';
import { minorUnits } from '../money/minor-units';
import { MAX_ACTED_ALERTS } from './card.fold';
import { cardAggregate } from './card-aggregate';

const opened = cardOpened();

describe('opening a card', () => {
  const nothing = given(cardAggregate).with({ aggregateId: 'card_1', nowMs: 5 });

  it('is an event with the data of the wish', () => {
    nothing
      .when(openCard({ holderRef: 'cus_7' }))
      .thenExactly(cardOpened({ holderRef: 'cus_7', occurredAtMs: 5 }));
  });

  it('changes nothing when repeated, also after the limit was changed', () => {
    nothing
      .when(openCard(), { type: 'change-limit', limitMinor: minorUnits(7) }, openCard())
      .thenUnchanged();
  });

  it.each([{ currency: 'USD' }, { limitMinor: 99_999 }, { country: 'NL' }, { holderRef: 'cus_8' }])(
    'is a conflict with other data: %j',
    (other) => {
      given(cardAggregate, opened).when(openCard(other)).thenRejected('CARD_ID_CONFLICT');
    },
  );

  it('takes only currencies in which one can pay', () => {
    nothing.when(openCard({ currency: 'XAU' })).thenRejected('CURRENCY_NOT_SUPPORTED');
    nothing.when(openCard({ currency: 'ZZZ' })).thenRejected('CURRENCY_UNKNOWN');
    nothing.when(openCard({ currency: 'KWD' })).thenEvents('card.opened');
  });
});

describe('a card that was never opened', () => {
  it.each([
    blockCard(),
    authorize(),
    { type: 'unblock-card', reason: 'x' } as const,
    { type: 'void-payment', paymentId: 'pay_1' } as const,
  ])('is not found: $type', (command) => {
    given(cardAggregate).when(command).thenRejected('CARD_NOT_FOUND');
  });
});

describe('blocking a card', () => {
  it('blocks, and says why', () => {
    given(cardAggregate, opened)
      .when(blockCard({ reason: 'stolen' }))
      .thenEvents('card.blocked')
      .thenRow({ blocked: true, blockReason: 'stolen', actedAlertIds: [] });
  });

  it('changes nothing on a blocked card', () => {
    given(cardAggregate, opened, cardBlocked()).when(blockCard()).thenUnchanged();
  });

  it('remembers a new alert on a blocked card and keeps the first reason', () => {
    given(cardAggregate, opened, cardBlocked({ reason: 'stolen' }))
      .when(blockCard({ alertId: 'alert_2', reason: 'velocity' }))
      .thenRow({ blocked: true, blockReason: 'stolen', actedAlertIds: ['alert_2'] });
  });

  it('acts on an alert once, also after the block was taken away', () => {
    const acted = cardBlocked({ alertId: 'alert_1' });
    const repeat = blockCard({ alertId: 'alert_1' });
    given(cardAggregate, opened, acted).when(repeat).thenUnchanged();
    given(cardAggregate, opened, acted, cardUnblocked()).when(repeat).thenUnchanged();
    given(cardAggregate, opened, acted, cardUnblocked())
      .when(blockCard({ alertId: 'alert_2' }))
      .thenRow({ blocked: true, actedAlertIds: ['alert_1', 'alert_2'] });
  });

  it('is void after notAfter, which itself still counts', () => {
    const past = given(cardAggregate, opened).with({ nowMs: 1_000 });
    past.when(blockCard({ notAfterMs: 999 })).thenRejected('BLOCK_EXPIRED');
    past.when(blockCard({ notAfterMs: 1_000 })).thenEvents('card.blocked');
    past.when(blockCard({ notAfterMs: 1_001 })).thenEvents('card.blocked');
  });

  it('remembers the last 50 alerts', () => {
    const alerts = Array.from({ length: MAX_ACTED_ALERTS + 1 }, (_, n) =>
      cardBlocked({ alertId: `alert_${n}` }),
    );
    const card = given(cardAggregate, opened, ...alerts);
    card.when(blockCard({ alertId: 'alert_1' })).thenUnchanged();
    card.when(blockCard({ alertId: 'alert_0' })).thenEvents('card.blocked');
  });

  it('is taken away by an unblock, which forgets the reason', () => {
    const unblock = { type: 'unblock-card', reason: 'genuine' } as const;
    const { run } = given(cardAggregate, opened, cardBlocked())
      .when(unblock)
      .thenEvents('card.unblocked')
      .thenRow({ blocked: false });
    expect(run.rows.get('card_1')).not.toHaveProperty('blockReason');
    given(cardAggregate, opened).when(unblock).thenUnchanged();
  });
});

describe('changing a limit', () => {
  it('is an event, or nothing when it is the same', () => {
    const to = (limit: number) =>
      ({ type: 'change-limit', limitMinor: minorUnits(limit) }) as const;
    given(cardAggregate, opened).when(to(100_000)).thenUnchanged();
    given(cardAggregate, opened).when(to(99_999)).thenRow({ limitMinor: 99_999, version: 2 });
  });
});
