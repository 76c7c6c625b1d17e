/**
 * Which command follows from which alert.
 */
import type { BlockCard } from '@millrace/payments';
import type { AlertEvent } from '../alert/alert-record';

/** How long after its append an alert may still block a card: 10 minutes. */
export const BLOCK_LIFE_MS = 600_000;

/** A wish to block a card; the card remembers the alert, so a repeat is harmless. */
export interface CardBlock {
  readonly cardId: string;
  /** Also the idempotency key of the command. */
  readonly alertId: string;
  readonly command: BlockCard & { readonly alertId: string; readonly notAfterMs: number };
}

/** Why nothing follows from an alert. */
export type NoBlockReason = 'updated' | 'imported' | 'action' | 'no-card';

/** What follows from an alert. */
export type BlockDecision =
  | { readonly kind: 'block'; readonly block: CardBlock }
  | { readonly kind: 'nothing'; readonly reason: NoBlockReason };

/**
 * Decides what follows from a record of `alert-events`: a block for a raised alert whose action is
 * `block` and whose payments are not imported, valid until 10 minutes after it was appended.
 *
 * @param appendedAtMs the record's append time, ms since 1970 UTC
 */
export const decideBlock = ({ type, alert }: AlertEvent, appendedAtMs: number): BlockDecision => {
  if (type !== 'alert.raised') return nothing('updated');
  if (alert.imported) return nothing('imported');
  if (alert.action !== 'block') return nothing('action');
  const { alertId, cardId, reason } = alert;
  if (cardId === undefined) return nothing('no-card');
  const notAfterMs = appendedAtMs + BLOCK_LIFE_MS;
  const command = { type: 'block-card', reason, alertId, notAfterMs } as const;
  return { kind: 'block', block: { cardId, alertId, command } };
};

const nothing = (reason: NoBlockReason): BlockDecision => ({ kind: 'nothing', reason });
