/** The groups that one open log takes part in: its memberships, and the positions of any group. */
import {
  type GroupMembership,
  type GroupOptions,
  LogClosedError,
  LogUnavailableError,
  type Position,
} from '@millrace/event-log';
import type { ConnectionPool } from '../cluster/connection-pool';
import type { LogParts } from '../log-parts';
import type { MemberIdentity } from '../wire/group-calls';
import type { GroupName } from './coordinator.port';
import { committedPositions, publishPositions } from './group-positions';
import { beginMembership, type KafkaMembership } from './kafka-membership';

/** See the top of the file. */
export class KafkaGroups {
  readonly #parts: LogParts;
  readonly #memberships = new Map<KafkaMembership, string>();
  readonly #pool: ConnectionPool;
  #closing: Promise<void> | undefined;
  #isClosed = false;

  constructor(parts: LogParts) {
    this.#parts = parts;
    this.#pool = parts.cluster.openPool();
  }

  /**
   * Joins a group; resolves when a placement with this member is settled (nothing is withheld from
   * anybody) and `onAssigned` has resolved. Waits as long as others take to let lanes go.
   *
   * The member then stays in the group whatever becomes of coordinators and connections. Lanes that
   * it keeps are never revoked. When the group has given it up (a session without a heartbeat, or
   * the coordinator knows it no more), `onRevoked` is called for all it has, at that moment or as
   * soon as the callback that runs has ended, then it joins anew (event `member-lost`). Without an
   * answer from any coordinator that moment is `sessionTimeoutMs` after the sending of the last
   * heartbeat that was answered, which is before the coordinator gives its lanes to others. What a
   * callback still does then, or a process that stood still, is stopped by the fencing of writers.
   *
   * A callback that rejects ends the membership: all lanes are let go (also those whose
   * `onAssigned` has rejected), the member leaves, and the error is thrown here, or by `leave`.
   *
   * @throws InvalidRecordError a group without topics, or joined before with other topics
   * @throws TopicUnknownError, TopicMismatchError the topics have different numbers of partitions
   * @throws LogUnavailableError no coordinator has answered for `operationTimeoutMs`
   * @throws RequestFailedError the coordinator refuses (authorization, session timeout)
   * @throws LogClosedError also when the log is closed meanwhile
   */
  async join(options: GroupOptions): Promise<GroupMembership> {
    if (this.#closing !== undefined) throw new LogClosedError();
    const membership = await beginMembership(this.#parts, options);
    this.#memberships.set(membership, options.groupId);
    if (this.#closing !== undefined) await this.#leave(membership);
    try {
      await membership.settled();
    } catch (error) {
      this.#memberships.delete(membership);
      throw error;
    }
    return this.#shown(membership);
  }

  /** See {@link publishPositions}. */
  async publish(groupId: string, positions: readonly Position[]): Promise<void> {
    this.#checkOpen();
    const member = (): MemberIdentity | undefined => this.#identityIn(groupId);
    const group = this.#nameOf(groupId);
    await publishPositions(this.#positionParts(), { group, positions, member });
  }

  /** See {@link committedPositions}. */
  async positions(groupId: string): Promise<readonly Position[]> {
    this.#checkOpen();
    return committedPositions(this.#positionParts(), this.#nameOf(groupId));
  }

  /**
   * Leaves all groups; positions can be published until all have been left. Idempotent.
   * @throws what callbacks have rejected with; a coordinator that cannot be told is none of it
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const memberships = [...this.#memberships.keys()];
    const left = await Promise.allSettled(memberships.map((one) => this.#leave(one)));
    this.#isClosed = true;
    this.#parts.cluster.closePool(this.#pool);
    for (const outcome of left) {
      if (outcome.status === 'rejected' && !(outcome.reason instanceof LogUnavailableError)) {
        throw outcome.reason;
      }
    }
  }

  #shown(membership: KafkaMembership): GroupMembership {
    return {
      get memberId(): string {
        return membership.memberId;
      },
      members: async () => {
        this.#checkOpen();
        return membership.members();
      },
      leave: () => this.#leave(membership),
    };
  }

  // Its identity serves to the end of its leaving: `onRevoked` may publish last positions.
  async #leave(membership: KafkaMembership): Promise<void> {
    try {
      await membership.leave();
    } finally {
      this.#memberships.delete(membership);
    }
  }

  #identityIn(groupId: string): MemberIdentity | undefined {
    for (const [membership, joined] of this.#memberships) {
      if (joined === groupId && membership.identity !== undefined) return membership.identity;
    }
    return undefined;
  }

  #nameOf(groupId: string): GroupName {
    return { groupId, physicalId: this.#parts.names.physical(groupId) };
  }

  #positionParts(): Parameters<typeof publishPositions>[0] {
    const { cluster, names, topics } = this.#parts;
    return { cluster, names, topics, pool: this.#pool };
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new LogClosedError();
  }
}
