/**
 * Groups place lanes on members. Placement is not safety: writers are fenced by the log.
 */

/** What a member joins with. */
export interface GroupOptions {
  readonly groupId: string;
  /** Co-partitioned topics: a member gets the same partition numbers ("lanes") of all of them. */
  readonly topics: readonly string[];
  /** Where this member can be reached by others (host:port), shown by `members`. */
  readonly address?: string;
  /** Called with lanes that are now this member's; never while `onRevoked` of the same lanes runs. */
  readonly onAssigned: (lanes: readonly number[]) => Promise<void>;
  /** A barrier: the lanes go to nobody else before this has resolved (or the member is dead). */
  readonly onRevoked: (lanes: readonly number[]) => Promise<void>;
}

/** A member and what it holds. */
export interface GroupMember {
  readonly memberId: string;
  readonly address?: string;
  /** Ascending. */
  readonly lanes: readonly number[];
}

/** This process's place in a group. */
export interface GroupMembership {
  readonly memberId: string;
  members(): Promise<readonly GroupMember[]>;
  /** Revokes what is held (awaits `onRevoked`), then leaves. Idempotent. */
  leave(): Promise<void>;
}
