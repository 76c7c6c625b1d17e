/**
 * What the adapter tells about itself: each retry, loss and fence has a line and a count somewhere.
 */

/** Something that operators may want to know. */
export type KafkaEvent =
  /** An operation is tried again. */
  | {
      readonly kind: 'retry';
      readonly operation: string;
      readonly attempt: number;
      readonly elapsedMs: number;
      readonly deadlineMs: number;
      readonly error: Error;
    }
  | { readonly kind: 'connection-lost'; readonly broker: string; readonly error: Error }
  | { readonly kind: 'connected'; readonly broker: string }
  | { readonly kind: 'writer-opened'; readonly writerId: string; readonly tookMs: number }
  | { readonly kind: 'writer-fenced'; readonly writerId: string }
  /** A writer was thrown away because an outcome is unknown. */
  | { readonly kind: 'writer-in-doubt'; readonly writerId: string; readonly error: Error }
  | { readonly kind: 'rebalance'; readonly groupId: string; readonly generation: number }
  /** A group has given a member of this process up: its lanes are let go, and it joins anew. */
  | { readonly kind: 'member-lost'; readonly groupId: string; readonly error: Error }
  /** Positions for lag tools could not be published; the next publication carries newer ones. */
  | { readonly kind: 'positions-dropped'; readonly groupId: string; readonly error: Error };

/** Takes events; must not throw. */
export interface KafkaObserver {
  event(event: KafkaEvent): void;
}

/** Nobody listens. */
export const SILENT: KafkaObserver = { event: () => undefined };
