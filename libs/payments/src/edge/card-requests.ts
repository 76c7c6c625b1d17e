/**
 * Requests about cards as they come in, and the commands they mean.
 */
import { z } from 'zod';
import type { BlockCard, ChangeLimit, OpenCard, UnblockCard } from '../card/card-commands';
import {
  alertIdentifier,
  amount,
  country,
  currency,
  freeText,
  identifier,
  instant,
} from './fields';

const REASON_LENGTH = 200;

/** Body of `POST /v1/cards`. A missing `cardId` is the shell's to make. */
export const openCardRequest = z.strictObject({
  cardId: identifier.optional(),
  currency,
  limitMinor: amount,
  country,
  holderRef: identifier.optional(),
});

/** A parsed `openCardRequest`. */
export type OpenCardRequest = z.output<typeof openCardRequest>;

/** Body of `POST /v1/cards/{cardId}/block`. `notAfter` is RFC 3339, read as epoch ms. */
export const blockCardRequest = z.strictObject({
  reason: freeText(REASON_LENGTH),
  alertId: alertIdentifier.optional(),
  notAfter: instant.optional(),
});

/** A parsed `blockCardRequest`. */
export type BlockCardRequest = z.output<typeof blockCardRequest>;

/** Body of `POST /v1/cards/{cardId}/unblock`. */
export const unblockCardRequest = z.strictObject({ reason: freeText(REASON_LENGTH) });

/** A parsed `unblockCardRequest`. */
export type UnblockCardRequest = z.output<typeof unblockCardRequest>;

/** Body of `PUT /v1/cards/{cardId}/limit`. */
export const changeLimitRequest = z.strictObject({ limitMinor: amount });

/** A parsed `changeLimitRequest`. */
export type ChangeLimitRequest = z.output<typeof changeLimitRequest>;

/** Path parameters `/v1/cards/{cardId}`. */
export const cardPath = z.strictObject({ cardId: identifier });

/** The command of an `openCardRequest`; its card is the aggregate that it is sent to. */
export const openCardCommand = (request: OpenCardRequest, occurredAtMs?: number): OpenCard => ({
  type: 'open-card',
  currency: request.currency,
  limitMinor: request.limitMinor,
  country: request.country,
  ...(request.holderRef === undefined ? {} : { holderRef: request.holderRef }),
  ...(occurredAtMs === undefined ? {} : { occurredAtMs }),
});

/** The command of a `blockCardRequest`. */
export const blockCardCommand = (request: BlockCardRequest): BlockCard => ({
  type: 'block-card',
  reason: request.reason,
  ...(request.alertId === undefined ? {} : { alertId: request.alertId }),
  ...(request.notAfter === undefined ? {} : { notAfterMs: request.notAfter }),
});

/** The command of an `unblockCardRequest`. */
export const unblockCardCommand = (request: UnblockCardRequest): UnblockCard => ({
  type: 'unblock-card',
  reason: request.reason,
});

/** The command of a `changeLimitRequest`. */
export const changeLimitCommand = (request: ChangeLimitRequest): ChangeLimit => ({
  type: 'change-limit',
  limitMinor: request.limitMinor,
});
