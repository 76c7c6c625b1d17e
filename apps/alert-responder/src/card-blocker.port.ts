/**
 * How a block reaches the owner of the card.
 */
import type { CardBlock } from '@millrace/fraud';

/** A final answer: repeating the wish changes nothing. */
export type BlockAnswer =
  /** The card is blocked, now or by an earlier attempt for the same alert. */
  | { readonly kind: 'blocked' }
  /** The domain says no: BLOCK_EXPIRED, CARD_NOT_FOUND, or another code of its rejections. */
  | { readonly kind: 'refused'; readonly code: string };

/** Blocks cards. Adapters: the command runtime of this process, HTTP to command-api. */
export interface CardBlocker {
  /**
   * Asks for the block until there is a final answer from the owner.
   *
   * @param signal gives up waiting; the outcome is unknown then
   * @throws anything: there is no answer (yet); the same wish may be sent again
   */
  block(block: CardBlock, signal: AbortSignal): Promise<BlockAnswer>;
}

/** Nest token of the card blocker. */
export const CARD_BLOCKER = Symbol('CardBlocker');
