/**
 * The way to a group's coordinator: two connections of the member's own, since a broker answers one
 * request of a connection after the other. One has the long polls (JoinGroup, SyncGroup), the other
 * the heartbeats, which then wait neither for those nor for appends of the process.
 */
import { LogClosedError } from '@millrace/event-log';
import type { ConnectionPool } from '../cluster/connection-pool';
import { coordinatorMayHaveMoved, type KafkaCluster } from '../cluster/kafka-cluster';
import type { ApiCall } from '../wire/api-call';
import {
  heartbeatCall,
  type JoinAnswer,
  joinGroupCall,
  leaveGroupCall,
  type MemberIdentity,
  syncGroupCall,
} from '../wire/group-calls';
import { RequestFailedError } from '../wire/request-failed.errors';
import type { EncodedAssignments, GroupCoordinator, JoinRequest } from './coordinator.port';

/** What does not change between the requests of a member. */
export interface LinkedGroup {
  /** Physical. */
  readonly groupId: string;
  readonly protocol: string;
}

// A poll whose connection is dead without knowing it has to be sent again well before the rebalance
// times out, at which the coordinator removes who has not come. Repeated, it takes its old place.
const POLLS_PER_REBALANCE = 4;
// Two heartbeats that are not answered leave time to find a new coordinator within a session.
const HEARTBEATS_PER_SESSION = 4;

/** See the top of the file. */
export class CoordinatorLink implements GroupCoordinator {
  #polls: ConnectionPool;
  readonly #beats: ConnectionPool;
  readonly #beatTimeoutMs: number;
  readonly #pollWaitMs: number;

  constructor(
    readonly cluster: KafkaCluster,
    readonly group: LinkedGroup,
  ) {
    this.#polls = cluster.openPool();
    this.#beats = cluster.openPool();
    const { rebalanceTimeoutMs, requestTimeoutMs, sessionTimeoutMs } = cluster.limits;
    this.#pollWaitMs = rebalanceTimeoutMs / POLLS_PER_REBALANCE;
    this.#beatTimeoutMs = Math.min(requestTimeoutMs, sessionTimeoutMs / HEARTBEATS_PER_SESSION);
  }

  join({ memberId, metadata }: JoinRequest): Promise<JoinAnswer> {
    const { sessionTimeoutMs, rebalanceTimeoutMs } = this.cluster.limits;
    const { groupId, protocol } = this.group;
    const call = joinGroupCall({
      groupId,
      memberId,
      sessionTimeoutMs,
      rebalanceTimeoutMs,
      protocol,
      metadata,
    });
    return this.#send(this.#polls, { ...call, brokerWaitMs: this.#pollWaitMs });
  }

  sync(member: MemberIdentity, assignments: EncodedAssignments): Promise<Buffer> {
    return this.#send(this.#polls, syncGroupCall(member, assignments, this.#pollWaitMs));
  }

  heartbeat(member: MemberIdentity): Promise<void> {
    return this.#send(this.#beats, heartbeatCall(member), this.#beatTimeoutMs);
  }

  leave(memberId: string): Promise<void> {
    return this.#send(this.#beats, leaveGroupCall(this.group.groupId, memberId));
  }

  abandonPolls(): void {
    const abandoned = this.#polls;
    this.#polls = this.cluster.openPool();
    this.cluster.closePool(abandoned);
  }

  close(): void {
    this.cluster.closePool(this.#polls);
    this.cluster.closePool(this.#beats);
  }

  async #send<T>(pool: ConnectionPool, call: ApiCall<T>, timeoutMs?: number): Promise<T> {
    const { groupId } = this.group;
    const nodeId = await this.cluster.coordinatorOf('group', groupId);
    try {
      return await pool.send(nodeId, call, timeoutMs);
    } catch (error) {
      if (coordinatorMayHaveMoved(error)) this.cluster.forgetCoordinator('group', groupId);
      const isAbandoned = pool !== this.#polls && pool !== this.#beats;
      throw isAbandoned && error instanceof LogClosedError ? abandoned(call.name, error) : error;
    }
  }
}

// A pool that is closed cannot tell whether the log is closed or the poll alone was given up.
const abandoned = (request: string, cause: Error): RequestFailedError =>
  new RequestFailedError(request, { kind: 'connection', mayHaveArrived: false, cause });
