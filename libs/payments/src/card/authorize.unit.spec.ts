import {
  at,
  authorize,
  authorized,
  cardBlocked,
  cardOpened,
  declined,
  given,
  minutes,
} from '@millrace/testkit';
import { MAX_AHEAD_MS } from '../event-time';
import { cardAggregate } from './card-aggregate';

const now = at('2025-03-31T23:59:59.999Z');
const opened = cardOpened({ limitMinor: 1_000 });
const card = given(cardAggregate, opened).with({ nowMs: now });

const reasonOf = (then: ReturnType<typeof card.when>): unknown => {
  const { decision } = then.thenEvents('payment.declined');
  const event = decision.kind === 'accepted' ? decision.events[0] : undefined;
  return event?.type === 'payment.declined' ? event.data.declineReason : undefined;
};

describe('limit of a card', () => {
  it('allows one below and the limit itself, and declines one above', () => {
    card.when(authorize({ amountMinor: 999 })).thenEvents('payment.authorized');
    card.when(authorize({ amountMinor: 1_000 })).thenEvents('payment.authorized');
    expect(reasonOf(card.when(authorize({ amountMinor: 1_001 })))).toBe('limit-exceeded');
  });

  it('counts what was authorized before, and not what was declined', () => {
    const spent = [authorized({ amountMinor: 600, occurredAtMs: now, paymentId: 'a' })] as const;
    const refused = declined({ amountMinor: 900, occurredAtMs: now, paymentId: 'b' });
    const then = given(cardAggregate, opened, ...spent, refused).with({ nowMs: now });
    then.when(authorize({ amountMinor: 400 })).thenEvents('payment.authorized');
    expect(reasonOf(then.when(authorize({ amountMinor: 401 })))).toBe('limit-exceeded');
  });

  it('is one of each UTC month of event time', () => {
    card
      .when(
        authorize({ amountMinor: 1_000, paymentId: 'a' }),
        authorize({ amountMinor: 1_000, paymentId: 'b', occurredAtMs: now + 1 }),
        authorize({
          amountMinor: 1_000,
          paymentId: 'c',
          occurredAtMs: at('2025-02-28T23:59:59.999Z'),
        }),
      )
      .thenEvents('payment.authorized')
      .thenRow({ spentMinorByMonth: { '2025-02': 1_000, '2025-03': 1_000, '2025-04': 1_000 } });
  });

  it('never stands against an authorization of zero', () => {
    const full = authorized({ amountMinor: 1_000, occurredAtMs: now, paymentId: 'a' });
    given(cardAggregate, opened, full)
      .when(authorize({ amountMinor: 0 }))
      .thenEvents('payment.authorized');
  });
});

describe('authorization', () => {
  it('that captures at once has captured everything and never expires', () => {
    const { run } = card
      .when(authorize({ capture: 'immediate', amountMinor: 70 }))
      .thenRow(
        { status: 'captured', authorizedMinor: 70, capturedMinor: 70, refundedMinor: 0 },
        'card_1/pay_1',
      );
    expect(run.rows.get('card_1/pay_1')).not.toHaveProperty('expiresAtMs');
  });

  it('by hand expires 7 days after its event time', () => {
    card
      .when(authorize({ occurredAtMs: at('2025-03-01T10:00:00Z') }))
      .thenRow(
        { status: 'authorized', capturedMinor: 0, expiresAtMs: at('2025-03-08T10:00:00Z') },
        'card_1/pay_1',
      );
  });

  it('of a blocked card is declined, whatever else stands against it', () => {
    const blocked = given(cardAggregate, opened, cardBlocked());
    expect(reasonOf(blocked.when(authorize({ amountMinor: 5_000 })))).toBe('card-blocked');
    expect(reasonOf(blocked.when(authorize({ currency: 'XAU' })))).toBe('card-blocked');
  });

  it('in a currency without minor unit is declined, in an unknown one rejected', () => {
    for (const currency of ['XAU', 'XDR', 'XXX', 'XTS']) {
      expect(reasonOf(card.when(authorize({ currency })))).toBe('currency-not-supported');
    }
    card.when(authorize({ currency: 'ZZZ' })).thenRejected('CURRENCY_UNKNOWN');
  });

  it('in another currency needs its billing amount, which counts against the limit', () => {
    const yen = { currency: 'JPY', amountMinor: 160_000 };
    card.when(authorize(yen)).thenRejected('BILLING_AMOUNT_REQUIRED');
    card
      .when(authorize({ ...yen, billingAmountMinor: 1_000 }))
      .thenRow({ spentMinorByMonth: { '2025-03': 1_000 } });
    expect(reasonOf(card.when(authorize({ ...yen, billingAmountMinor: 1_001 })))).toBe(
      'limit-exceeded',
    );
    card
      .when(authorize({ currency: 'JPY', amountMinor: 0, billingAmountMinor: 1 }))
      .thenRejected('BILLING_AMOUNT_MISMATCH');
  });

  it('in the currency of the card is billed as it is', () => {
    card
      .when(authorize({ amountMinor: 9, billingAmountMinor: 9 }))
      .thenEvents('payment.authorized');
    card
      .when(authorize({ amountMinor: 9, billingAmountMinor: 8 }))
      .thenRejected('BILLING_AMOUNT_MISMATCH');
  });

  it('whose month would add up beyond a safe integer is rejected, not declined', () => {
    const all = Number.MAX_SAFE_INTEGER;
    const rich = cardOpened({ limitMinor: all });
    const spent = authorized({ amountMinor: all, occurredAtMs: now, paymentId: 'a' });
    given(cardAggregate, rich, spent)
      .when(authorize({ amountMinor: 1 }))
      .thenRejected('AMOUNT_OVERFLOW');
    given(cardAggregate, rich)
      .when(authorize({ amountMinor: all }))
      .thenEvents('payment.authorized');
  });

  it('may claim to be up to 5 min ahead of the present, and not before 1970', () => {
    expect(MAX_AHEAD_MS).toBe(minutes(5));
    const ahead = (ms: number) => card.when(authorize({ occurredAtMs: now + ms }));
    ahead(minutes(5) - 1).thenEvents('payment.authorized');
    ahead(minutes(5)).thenEvents('payment.authorized');
    ahead(minutes(5) + 1).thenRejected('OCCURRED_AT_IN_FUTURE');
    card.when(authorize({ occurredAtMs: 0 })).thenEvents('payment.authorized');
    card.when(authorize({ occurredAtMs: -1 })).thenRejected('OCCURRED_AT_OUT_OF_RANGE');
    card.when(authorize({ occurredAtMs: 0.5 })).thenRejected('OCCURRED_AT_OUT_OF_RANGE');
  });

  it('repeated is unchanged, also of a declined payment and of a card blocked since', () => {
    const paid = authorize({ amountMinor: 10 });
    const refused = authorize({ amountMinor: 5_000 });
    card.when(paid, paid).thenUnchanged();
    card.when(refused, refused).thenUnchanged();
    card.when(paid, { type: 'block-card', reason: 'stolen' }, paid).thenUnchanged();
  });

  it.each([
    { amountMinor: 11 },
    { merchantId: 'mer_2' },
    { merchantName: 'x' },
    { terminalId: 't' },
    { channel: 'chip' },
    { capture: 'immediate' as const },
    { occurredAtMs: 1 },
    { billingAmountMinor: 10 },
  ])('with the id of another payment is a conflict: %j', (other) => {
    card
      .when(authorize({ amountMinor: 10 }), authorize({ amountMinor: 10, ...other }))
      .thenRejected('PAYMENT_ID_CONFLICT');
  });
});
