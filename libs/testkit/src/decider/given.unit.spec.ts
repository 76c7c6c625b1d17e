import { cardAggregate, merchantAggregate } from '@millrace/payments';
import { authorize, capture, putMerchant } from '../build/commands';
import { authorized, captured, cardBlocked, cardOpened, refunded } from '../build/events';
import { given } from './given';

const card = given(cardAggregate, cardOpened(), authorized());

describe('given, when, then', () => {
  it('passes when the fact is true', () => {
    card
      .when(capture(1_000))
      .thenEvents('payment.captured')
      .thenExactly(captured(authorized(), 1_000));
    card.when(capture(1_001)).thenRejected('CAPTURE_EXCEEDS_AUTHORIZATION');
    card.when(authorize({ paymentId: 'pay_2' }), authorize({ paymentId: 'pay_2' })).thenUnchanged();
    given(merchantAggregate).when(putMerchant()).thenEvents('merchant.registered');
  });

  it('fails when it is not', () => {
    const then = card.when(capture(1_000));
    expect(() => then.thenEvents('payment.refunded')).toThrow();
    expect(() => then.thenEvents()).toThrow();
    expect(() => then.thenExactly(captured(authorized(), 999))).toThrow();
    expect(() => then.thenRejected('PAYMENT_NOT_FOUND')).toThrow();
    expect(() => then.thenUnchanged()).toThrow();
    expect(() => then.thenRow({ blocked: true })).toThrow();
    expect(() => then.thenRow({ status: 'captured' })).toThrow();
    expect(() => card.when(capture(1_001), capture(1))).toThrow('a command before the last');
  });

  it('folds what was given, payments in rows of their own', () => {
    const payment = authorized({ amountMinor: 50, paymentId: 'p' });
    const { run } = given(
      cardAggregate,
      cardOpened(),
      payment,
      captured(payment, 50),
      refunded(payment, 20),
      cardBlocked(),
    )
      .when(authorize())
      .thenEvents('payment.declined')
      .thenRow({ blocked: true, spentMinorByMonth: { '1970-01': 30 } })
      .thenRow({ capturedMinor: 50, refundedMinor: 20, version: 4 }, 'card_1/p');
    expect(run.version).toBe(6);
  });
});
