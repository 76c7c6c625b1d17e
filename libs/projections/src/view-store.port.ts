/**
 * What every view's store can do, whatever it holds: apply a lane's batch with its checkpoint in
 * one atomic step, and keep generations beside each other so that a rebuild never shows half.
 */

/** JSON as it is stored. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [field: string]: JsonValue };

/** A JSON object. */
export type JsonObject = { readonly [field: string]: JsonValue };

/** An aggregate whose events wait in the log, because one of them could not be applied. */
export interface BlockedSubject {
  readonly subject: string;
  /** Offset of the event that could not be applied; later ones of the subject wait behind it. */
  readonly offset: number;
  /** Why, without user data: an error's code or class. */
  readonly reason: string;
}

/** How far a view has come on a lane. The checkpoint of record: it lives in the target. */
export interface LaneCheckpoint {
  readonly lane: number;
  /** Offset of the next record to apply; 0 when the lane was never applied. */
  readonly next: number;
  /** Ascending by offset. */
  readonly blocked: readonly BlockedSubject[];
}

/** Changes of one lane, and the move of its checkpoint that makes them happen exactly once. */
export interface LaneBatch<Change> {
  readonly generation: number;
  readonly lane: number;
  /** Where the checkpoint has to stand, else nothing is applied. */
  readonly expectedNext: number;
  /** Where it stands afterwards; >= expectedNext. */
  readonly next: number;
  /** In log order; a key may occur more than once. */
  readonly changes: readonly Change[];
  /** The lane's whole new set of blocked subjects; left out when it has not changed. */
  readonly blocked?: readonly BlockedSubject[];
}

/** `conflict`: the checkpoint stands elsewhere, nothing was applied; read from `next` instead. */
export type ApplyOutcome =
  | { readonly kind: 'applied' }
  | { readonly kind: 'conflict'; readonly next: number };

/** One build of a view. Exactly one generation is live: it is the one that queries see. */
export interface Generation {
  readonly generation: number;
  readonly live: boolean;
}

/** A row as text, to compare one generation with another or with a fold of the log. */
export interface ViewRow {
  readonly key: string;
  readonly content: string;
}

/** Page of rows. */
export interface RowPage {
  /** Rows with a key above this one (by UTF-8 bytes); from the first when left out. */
  readonly afterKey?: string;
  /** 1 to 10,000. */
  readonly limit: number;
}

/** Store of one view with its generations; a fresh store has one empty live generation. */
export interface ViewStore<Change> {
  /** Name of the view in this store, unique within the store. */
  readonly view: string;
  /** Ascending. */
  generations(): Promise<readonly Generation[]>;
  /** Lanes that were applied at least once, ascending. @throws GenerationGoneError */
  checkpoints(generation: number): Promise<readonly LaneCheckpoint[]>;
  /**
   * Whether a change fits the definition; pure, without I/O.
   * @throws InvalidChangeError
   */
  check(change: Change): void;
  /**
   * Changes, blocked set and checkpoint in one atomic step; visible to queries when resolved.
   * @throws GenerationGoneError the generation was dropped (a rebuild has replaced it)
   * @throws StoreUnavailableError transient: nothing is known about the outcome, ask again with
   *   the same batch (a `conflict` with `next` equal to the batch's means that it was applied)
   * @throws InvalidChangeError a change does not pass `check`; nothing was applied
   */
  apply(batch: LaneBatch<Change>): Promise<ApplyOutcome>;
  /** An empty generation beside the live one; higher than every generation before it. */
  createGeneration(): Promise<number>;
  /** Makes it the live one, atomically; the former stays until dropped. @throws GenerationGoneError */
  promote(generation: number): Promise<void>;
  /** Drops all of it, checkpoints too. Idempotent. @throws GenerationLiveError it is the live one */
  dropGeneration(generation: number): Promise<void>;
  /** Ascending by key (UTF-8 bytes). Equal views give equal rows. @throws GenerationGoneError */
  rows(generation: number, page: RowPage): Promise<readonly ViewRow[]>;
}
