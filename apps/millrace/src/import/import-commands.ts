/**
 * From the lines of a file to commands, in event-time order: a card per customer, a merchant per
 * terminal, a payment per line, and a dispute seven days after each payment labelled as fraud.
 */
import type { EpochMs } from '@millrace/event-log';
import { type CommandRequest, SOURCE_IMPORT } from '@millrace/event-sourcing';
import {
  authorizePaymentCommand,
  categoryOfMcc,
  type DisputePayment,
  importMccOf,
  minorUnits,
  type OpenCard,
  type PutMerchant,
} from '@millrace/payments';
import { DueQueue } from './due-queue';
import type { HandbookPayment } from './handbook-format';

/** What a labelled payment waits for: the cardholder finds it after seven days. */
export const LABEL_DELAY_MS = 7 * 86_400_000;
/** Monthly limit of an imported card: 50,000 EUR. */
const LIMIT_MINOR = minorUnits(5_000_000);
const CURRENCY = 'EUR';
const COUNTRY = 'BE';

/** A command and the line of the file that asked for it (1-based, the header is line 1). */
export interface ImportItem {
  readonly line: number;
  readonly what: 'card' | 'merchant' | 'payment' | 'dispute';
  readonly request: CommandRequest;
}

interface Label {
  readonly dueMs: EpochMs;
  readonly line: number;
  readonly cardId: string;
  readonly paymentId: string;
}

/** Turns payments into commands; keeps what has been created and which labels are to come. */
export class ImportCommands {
  readonly #cards = new Set<string>();
  readonly #merchants = new Set<string>();
  readonly #labels = new DueQueue<Label>();
  #firstMs: EpochMs | undefined;

  /** Commands up to and including this payment, in event-time order. */
  next(payment: HandbookPayment, line: number): readonly ImportItem[] {
    this.#firstMs ??= payment.occurredAtMs;
    const cardId = `card_${payment.customerId}`;
    const items = this.#labels.takeUntil(payment.occurredAtMs).map(disputeItem);
    if (!this.#cards.has(cardId)) {
      this.#cards.add(cardId);
      items.push(cardItem(cardId, line, this.#firstMs));
    }
    if (!this.#merchants.has(payment.terminalId)) {
      this.#merchants.add(payment.terminalId);
      items.push(merchantItem(payment.terminalId, line, this.#firstMs));
    }
    const paymentId = `pay_${payment.transactionId}`;
    items.push(paymentItem(payment, { cardId, paymentId, line }));
    if (payment.fraud) {
      const dueMs = payment.occurredAtMs + LABEL_DELAY_MS;
      this.#labels.add({ dueMs, line, cardId, paymentId });
    }
    return items;
  }

  /** The labels that are due after the last payment. */
  rest(): readonly ImportItem[] {
    return this.#labels.takeUntil(Number.POSITIVE_INFINITY).map(disputeItem);
  }
}

const cardItem = (cardId: string, line: number, occurredAtMs: EpochMs): ImportItem => {
  const command: OpenCard = {
    type: 'open-card',
    currency: CURRENCY,
    limitMinor: LIMIT_MINOR,
    country: COUNTRY,
    occurredAtMs,
  };
  return { line, what: 'card', request: request('card', cardId, command) };
};

const merchantItem = (terminalId: string, line: number, firstMs: EpochMs): ImportItem => {
  const mcc = importMccOf(Number(terminalId));
  const command: PutMerchant = {
    type: 'put-merchant',
    name: merchantName(terminalId),
    category: categoryOfMcc(mcc),
    mcc,
    country: COUNTRY,
    validFromMs: firstMs,
    occurredAtMs: firstMs,
  };
  return { line, what: 'merchant', request: request('merchant', merchantId(terminalId), command) };
};

interface PaymentIds {
  readonly cardId: string;
  readonly paymentId: string;
  readonly line: number;
}

const paymentItem = (payment: HandbookPayment, ids: PaymentIds): ImportItem => {
  const { terminalId } = payment;
  const command = authorizePaymentCommand(
    {
      merchantId: merchantId(terminalId),
      merchantName: merchantName(terminalId),
      mcc: importMccOf(Number(terminalId)),
      country: COUNTRY,
      terminalId: `term_${terminalId}`,
      amountMinor: payment.amountMinor,
      currency: CURRENCY,
      capture: 'immediate',
      occurredAt: payment.occurredAtMs,
    },
    ids.paymentId,
  );
  return { line: ids.line, what: 'payment', request: request('card', ids.cardId, command) };
};

const disputeItem = (label: Label): ImportItem => {
  const command: DisputePayment = {
    type: 'dispute-payment',
    paymentId: label.paymentId,
    reason: 'fraud',
    occurredAtMs: label.dueMs,
  };
  return { line: label.line, what: 'dispute', request: request('card', label.cardId, command) };
};

const merchantId = (terminalId: string): string => `mer_${terminalId}`;

const merchantName = (terminalId: string): string => `Merchant ${terminalId}`;

const request = (
  aggregate: 'card' | 'merchant',
  aggregateId: string,
  command: CommandRequest['command'],
): CommandRequest => ({ aggregate, aggregateId, command, source: SOURCE_IMPORT });
