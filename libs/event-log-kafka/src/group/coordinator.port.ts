/** What a member needs of its group's coordinator, and of time. */
import type { JoinAnswer, MemberIdentity } from '../wire/group-calls';

/** A group by both its names. */
export interface GroupName {
  /** As the port knows it. */
  readonly groupId: string;
  readonly physicalId: string;
}

/** What a group places. */
export interface PlacedGroup extends GroupName {
  /** Physical names. */
  readonly topics: readonly string[];
  readonly lanes: number;
}

/** What differs between the joins of one member. */
export interface JoinRequest {
  /** Empty for a new member. */
  readonly memberId: string;
  readonly metadata: Buffer;
}

/** Assignments of all members, as the leader sends them. */
export type EncodedAssignments = readonly {
  readonly memberId: string;
  readonly memberAssignment: Buffer;
}[];

/**
 * The coordinator of one group, wherever it is: a failure that shows that it has moved makes the
 * next request look for it. Requests fail with RequestFailedError, or with an error of the
 * connection (KafkaUnreachableError and the like).
 */
export interface GroupCoordinator {
  /** A long poll: answered when all members have joined. Fails early enough to be repeated. */
  join(request: JoinRequest): Promise<JoinAnswer>;
  /** A long poll: answered when the leader has sent its assignments. */
  sync(member: MemberIdentity, assignments: EncodedAssignments): Promise<Buffer>;
  /** Does not wait behind a long poll. */
  heartbeat(member: MemberIdentity): Promise<void>;
  leave(memberId: string): Promise<void>;
  /** Makes the long poll in flight fail, if there is one; later ones are not touched. */
  abandonPolls(): void;
  /** Gives the connections back; what is in flight fails. Idempotent. */
  close(): void;
}

/** Time as a member needs it. */
export interface MemberTime {
  /** Monotonic, ms. */
  nowMs(): number;
  /** Resolves after this time, or at the signal. */
  pause(waitMs: number, signal?: AbortSignal): Promise<void>;
}
