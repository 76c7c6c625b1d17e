import {
  at,
  authorized,
  capture,
  captured,
  cardOpened,
  days,
  dispute,
  given,
  minutes,
  refund,
  voidPayment,
} from '@millrace/testkit';
import { cardAggregate } from './card-aggregate';
import { AUTHORIZATION_LIFE_MS } from './expire.decider';

const paidAt = at('2025-03-31T22:00:00Z');
const opened = cardOpened({ occurredAtMs: paidAt });
const payment = authorized({ amountMinor: 1_000, occurredAtMs: paidAt });
const authorizedCard = given(cardAggregate, opened, payment);
const capturedCard = given(cardAggregate, opened, payment, captured(payment, 600));
const expire = { type: 'expire-payment', paymentId: 'pay_1' } as const;
const row = 'card_1/pay_1';

describe('capture', () => {
  it('takes up to what is authorized, in pieces', () => {
    authorizedCard.when(capture(999)).thenEvents('payment.captured');
    authorizedCard
      .when(capture(1), capture(999))
      .thenRow({ status: 'captured', capturedMinor: 1_000 }, row);
    authorizedCard.when(capture(1_001)).thenRejected('CAPTURE_EXCEEDS_AUTHORIZATION');
    capturedCard.when(capture(401)).thenRejected('CAPTURE_EXCEEDS_AUTHORIZATION');
    capturedCard.when(capture(0)).thenRejected('AMOUNT_NOT_POSITIVE');
  });

  it('is possible until the authorization expires, whether or not the sweep was there', () => {
    const late = (ms: number) =>
      authorizedCard
        .with({ nowMs: paidAt + days(30) })
        .when(capture(1, { occurredAtMs: paidAt + days(7) + ms }));
    expect(AUTHORIZATION_LIFE_MS).toBe(days(7));
    late(-1).thenEvents('payment.captured');
    late(0).thenRejected('AUTHORIZATION_EXPIRED');
    late(1).thenRejected('AUTHORIZATION_EXPIRED');
  });

  it('leaves what is spent as it was', () => {
    authorizedCard.when(capture(400)).thenRow({ spentMinorByMonth: { '2025-03': 1_000 } });
  });
});

describe('event time of a follow-up', () => {
  it('is not before the payment and at most 5 min ahead of the present', () => {
    authorizedCard.when(capture(1, { occurredAtMs: paidAt })).thenEvents('payment.captured');
    authorizedCard
      .when(capture(1, { occurredAtMs: paidAt - 1 }))
      .thenRejected('OCCURRED_AT_BEFORE_PAYMENT');
    authorizedCard
      .when(voidPayment({ occurredAtMs: paidAt + minutes(5) + 1 }))
      .thenRejected('OCCURRED_AT_IN_FUTURE');
  });

  it('is that of a payment ahead of the present when nobody says another', () => {
    const { decision } = authorizedCard.with({ nowMs: paidAt - minutes(2) }).when(voidPayment());
    expect(decision).toMatchObject({ events: [{ occurredAtMs: paidAt }] });
  });
});

describe('void', () => {
  it('gives everything back to the month of the payment', () => {
    authorizedCard
      .with({ nowMs: paidAt + days(2) })
      .when(voidPayment())
      .thenEvents('payment.voided')
      .thenRow({ status: 'voided', releasedMinor: 1_000 }, row)
      .thenRow({ spentMinorByMonth: {} });
  });

  it('is refused once something was captured, and repeated is unchanged', () => {
    capturedCard.when(voidPayment()).thenRejected('PAYMENT_TRANSITION_NOT_ALLOWED');
    authorizedCard.when(voidPayment(), voidPayment()).thenUnchanged();
  });
});

describe('refund', () => {
  it('pays back up to what is captured; only the last piece makes it refunded', () => {
    capturedCard.when(refund(599)).thenRow({ status: 'captured', refundedMinor: 599 }, row);
    capturedCard.when(refund(600)).thenRow({ status: 'refunded', refundedMinor: 600 }, row);
    capturedCard.when(refund(601)).thenRejected('REFUND_EXCEEDS_CAPTURE');
    capturedCard.when(refund(300), refund(301)).thenRejected('REFUND_EXCEEDS_CAPTURE');
    capturedCard.when(refund(0)).thenRejected('AMOUNT_NOT_POSITIVE');
    authorizedCard.when(refund(1)).thenRejected('PAYMENT_TRANSITION_NOT_ALLOWED');
  });

  it('goes back to the month of the payment, not to its own', () => {
    capturedCard
      .with({ nowMs: at('2025-05-02T00:00:00Z') })
      .when(refund(100))
      .thenRow({ spentMinorByMonth: { '2025-03': 900 } });
  });

  it('shares the billing amount without a drift, the last piece taking the rest', () => {
    const foreign = authorized({
      amountMinor: 3,
      currency: 'JPY',
      billingAmountMinor: 100,
      capture: 'immediate',
      occurredAtMs: paidAt,
    });
    const card = given(cardAggregate, opened, foreign);
    const { run } = card.when(refund(1), refund(1), refund(1)).thenRow({ spentMinorByMonth: {} });
    const billed = run.events.flatMap((event) =>
      event.type === 'payment.refunded' ? [event.data.billingAmountMinor] : [],
    );
    expect(billed).toEqual([33, 33, 34]);
  });
});

describe('dispute', () => {
  it('charges back what is authorized or captured, for its whole amount', () => {
    for (const card of [authorizedCard, capturedCard]) {
      const { decision, run } = card.when(dispute()).thenRow({ status: 'charged-back' }, row);
      expect(decision).toMatchObject({
        events: [{ data: { amountMinor: 1_000, reason: 'fraud', paymentOccurredAtMs: paidAt } }],
      });
      expect(run.rows.get(row)).not.toHaveProperty('expiresAtMs');
    }
  });

  it('repeated with the same reason is unchanged, with another one refused', () => {
    capturedCard.when(dispute(), dispute()).thenUnchanged();
    capturedCard
      .when(dispute(), dispute({ reason: 'other' }))
      .thenRejected('PAYMENT_TRANSITION_NOT_ALLOWED');
  });
});

describe('expiry', () => {
  const sweptAt = (ms: number) => authorizedCard.with({ nowMs: ms }).when(expire);

  it('comes 7 days after the payment, not before', () => {
    sweptAt(paidAt + days(7) - 1).thenRejected('PAYMENT_NOT_DUE');
    sweptAt(paidAt + days(7)).thenEvents('payment.expired');
  });

  it('has the instant of expiry as its time, however late the sweep', () => {
    const { decision } = sweptAt(paidAt + days(9))
      .thenRow({ status: 'expired', releasedMinor: 1_000 }, row)
      .thenRow({ spentMinorByMonth: {} });
    expect(decision).toMatchObject({ events: [{ occurredAtMs: paidAt + days(7) }] });
  });

  it('releases the rest of a partly captured payment, which stays captured', () => {
    const late = capturedCard.with({ nowMs: paidAt + days(7) });
    late
      .when(expire)
      .thenRow({ status: 'captured', capturedMinor: 600, releasedMinor: 400 }, row)
      .thenRow({ spentMinorByMonth: { '2025-03': 600 } });
    late.when(expire, capture(1)).thenRejected('CAPTURE_EXCEEDS_AUTHORIZATION');
    late.when(expire, expire).thenRejected('PAYMENT_NOT_DUE');
    late.when(expire, refund(600)).thenRow({ spentMinorByMonth: {} });
  });

  it('is due by the clock while something is left to release', () => {
    const dueOf = (then: ReturnType<typeof sweptAt>) => {
      const found = then.run.rows.get(row);
      return found === undefined ? undefined : cardAggregate.due(found);
    };
    const due = { atMs: paidAt + days(7), aggregateId: 'card_1', command: expire };
    expect(dueOf(capturedCard.when(refund(1)))).toEqual(due);
    expect(dueOf(capturedCard.when(capture(400)))).toBeUndefined();
    expect(dueOf(authorizedCard.when(voidPayment()))).toBeUndefined();
    expect(dueOf(sweptAt(paidAt + days(7)))).toBeUndefined();
  });
});

describe('a payment that does not exist', () => {
  it.each([capture(1), voidPayment(), refund(1), dispute(), expire])(
    'is not found: $type',
    (command) => {
      given(cardAggregate, opened).when(command).thenRejected('PAYMENT_NOT_FOUND');
    },
  );
});
