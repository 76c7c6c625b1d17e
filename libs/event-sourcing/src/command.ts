/**
 * A command as it is given to the runtime, and its outcome.
 */
import type { Position } from '@millrace/event-log';
import type { DomainCommand, VersionedRow } from './aggregate';

/** A wish with what is needed to decide it once. */
export interface CommandRequest {
  /** Name of a registered aggregate type. */
  readonly aggregate: string;
  /** Routes to the lane. */
  readonly aggregateId: string;
  readonly command: DomainCommand;
  /**
   * Idempotency id, unique over tenant, method and path: the same id gives the same answer for
   * 24 h. Without it the domain must make repeats harmless (`unchanged`).
   */
  readonly commandId?: string;
  /** Digest of the request's body; the same `commandId` with another one is rejected. */
  readonly fingerprint?: string;
  /** Version that the aggregate must have (0: must not exist), else rejected: VERSION_MISMATCH. */
  readonly ifMatch?: number;
  /** `ce_source` of the events. Default `/millrace/command-api`. */
  readonly source?: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly traceparent?: string;
}

/**
 * What the log has decided. Resolved after the commit, never before.
 * `replayed`: the answer of an earlier request with the same `commandId`.
 */
export type CommandOutcome<Row extends VersionedRow = VersionedRow> =
  | {
      readonly kind: 'accepted' | 'unchanged';
      readonly replayed: boolean;
      /** Of the aggregate, after the command. */
      readonly version: number;
      /** In the order of the aggregate's `rowKeys`, as they were right after the command. */
      readonly rows: readonly (Row | undefined)[];
      /** In the events topic: at or after the command's last event (exact unless replayed). */
      readonly position?: Position;
    }
  | {
      readonly kind: 'rejected';
      readonly replayed: boolean;
      /** The domain's code, or VERSION_MISMATCH or IDEMPOTENCY_KEY_REUSED. */
      readonly code: string;
      readonly detail: string;
      /** Of the aggregate when it was refused; 0: it does not exist. */
      readonly version?: number;
    };

/** `ce_source` of live commands. */
export const SOURCE_COMMAND_API = '/millrace/command-api';
/** `ce_source` of imported events: no responder acts on them. */
export const SOURCE_IMPORT = '/millrace/import';
/** Rejection code: the aggregate's version is not the one of `ifMatch`. */
export const VERSION_MISMATCH = 'VERSION_MISMATCH';
/** Rejection code: the command id was used with another fingerprint. */
export const IDEMPOTENCY_KEY_REUSED = 'IDEMPOTENCY_KEY_REUSED';
