/**
 * What the routes of cards promise. The examples are sent in this order by the tests.
 */
import {
  blockCardRequest,
  cardPath,
  changeLimitRequest,
  openCardRequest,
  unblockCardRequest,
} from '@millrace/payments';
import type { OperationContract } from '@millrace/platform';
import { z } from 'zod';
import {
  commandResponse,
  postHeaders,
  postProblems,
  putHeaders,
  putProblems,
} from '../command/command-contract';
import { cardSchema } from './card-view';

const tag = 'cards';
const path = cardPath.shape;
const changed = { 200: commandResponse('The card.', 'Card', cardSchema) };
const example = { cardId: 'card_example' };

/** Schema of a page of a card's history. */
export const historySchema = z.strictObject({
  items: z.array(
    z.strictObject({
      id: z.string(),
      type: z.string(),
      version: z.int(),
      occurredAt: z.string(),
      recordedAt: z.string(),
      source: z.string(),
      data: z.unknown(),
    }),
  ),
  next: z.string().optional(),
});

/** Query of a card's history. */
export const historyQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().min(1).max(64).optional(),
});

/** Contracts of the routes of cards, by operation. */
export const cardOperations = {
  open: {
    operationId: 'openCard',
    summary: 'Opens a card',
    tag,
    description: 'A cardId that is left out is made of the Idempotency-Key.',
    headers: postHeaders,
    body: { name: 'OpenCard', schema: openCardRequest, required: true },
    responses: {
      201: commandResponse('Opened.', 'Card', cardSchema),
      200: commandResponse('It was opened with the same data before.', 'Card', cardSchema),
    },
    problems: postProblems('CARD_ID_CONFLICT', 'CURRENCY_NOT_SUPPORTED'),
    examples: {
      card: {
        summary: 'A card in euros with 5,000.00 a month',
        headers: { 'Idempotency-Key': 'example-open' },
        body: { ...example, currency: 'EUR', limitMinor: 500_000, country: 'BE' },
        status: 201,
      },
      withoutId: {
        summary: 'The id is made by us',
        headers: { 'Idempotency-Key': 'example-open-2' },
        body: { currency: 'JPY', limitMinor: 100_000, country: 'JP', holderRef: 'holder-7' },
        status: 201,
      },
      fraction: {
        summary: 'Refused: a fraction of a cent',
        headers: { 'Idempotency-Key': 'example-open-3' },
        body: { currency: 'EUR', limitMinor: 0.5, country: 'BE' },
        status: 422,
      },
    },
  },
  read: {
    operationId: 'readCard',
    summary: 'The card, read from the owner of its lane',
    tag,
    path,
    responses: {
      200: {
        description: 'The card.',
        name: 'Card',
        schema: cardSchema,
        headers: { ETag: 'Version of the card.' },
      },
      304: { description: 'Not modified since the version in If-None-Match.' },
    },
    problems: ['VALIDATION_FAILED', 'CARD_NOT_FOUND'],
    examples: {
      card: { summary: 'The card', path: example, status: 200 },
      unknown: { summary: 'No such card', path: { cardId: 'card_unknown' }, status: 404 },
    },
  },
  changeLimit: {
    operationId: 'changeLimit',
    summary: 'Changes the monthly limit',
    tag,
    path,
    headers: putHeaders,
    body: { name: 'ChangeLimit', schema: changeLimitRequest, required: true },
    responses: changed,
    problems: putProblems('CARD_NOT_FOUND'),
    examples: {
      limit: {
        summary: '8,000.00 a month',
        path: example,
        body: { limitMinor: 800_000 },
        status: 200,
      },
      stale: {
        summary: 'Refused: the card has another version',
        path: example,
        headers: { 'If-Match': '"99"' },
        body: { limitMinor: 900_000 },
        status: 412,
      },
    },
  },
  block: {
    operationId: 'blockCard',
    summary: 'Blocks the card: each authorization is declined',
    tag,
    path,
    headers: postHeaders,
    body: { name: 'BlockCard', schema: blockCardRequest, required: true },
    responses: changed,
    problems: postProblems('CARD_NOT_FOUND', 'BLOCK_EXPIRED'),
    examples: {
      block: {
        summary: 'Reported lost',
        path: example,
        headers: { 'Idempotency-Key': 'example-block' },
        body: { reason: 'reported lost' },
        status: 200,
      },
    },
  },
  unblock: {
    operationId: 'unblockCard',
    summary: 'Takes a block away',
    tag,
    path,
    headers: postHeaders,
    body: { name: 'UnblockCard', schema: unblockCardRequest, required: true },
    responses: changed,
    problems: postProblems('CARD_NOT_FOUND'),
    examples: {
      unblock: {
        summary: 'Found again',
        path: example,
        headers: { 'Idempotency-Key': 'example-unblock' },
        body: { reason: 'found again' },
        status: 200,
      },
    },
  },
  history: {
    operationId: 'readCardEvents',
    summary: "The card's history, oldest first",
    tag,
    description: 'A page may hold fewer events than `limit` and still have a `next`.',
    path,
    query: historyQuery.shape,
    responses: { 200: { description: 'A page.', name: 'CardHistory', schema: historySchema } },
    problems: ['VALIDATION_FAILED', 'CARD_NOT_FOUND', 'CURSOR_INVALID'],
    examples: { history: { summary: 'From the beginning', path: example, status: 200 } },
  },
} as const satisfies Record<string, OperationContract>;
