/** Requests of the classic group protocol; all go to the group's coordinator. */
import { requests } from 'kafkajs/src/protocol/requests';
import { type ApiCall, kafkaJsCall } from './api-call';
import { apiKeys } from './api-keys';
import type { TopicPartitions } from './cluster-calls';
import { checkCode } from './protocol-errors';
import { checkOffsetCodes, type OffsetAnswer, type TopicOffsets } from './transaction-calls';

/** What a member joins with. */
export interface JoinParameters {
  readonly groupId: string;
  /** Empty for a new member. */
  readonly memberId: string;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  /** Name of the assignor, the same for all members. */
  readonly protocol: string;
  /** What the leader is told of this member. */
  readonly metadata: Buffer;
}

/** How a join ended: `memberId` alone when the coordinator wants it to be repeated with that id. */
export interface JoinAnswer {
  /** 0, or MEMBER_ID_REQUIRED (79): join again with `memberId`. */
  readonly errorCode: number;
  readonly generationId: number;
  readonly leaderId: string;
  readonly memberId: string;
  /** All members, for the leader; else empty. */
  readonly members: readonly { readonly memberId: string; readonly memberMetadata: Buffer }[];
}

const MEMBER_ID_REQUIRED = 79;

export const joinGroupCall = (join: JoinParameters): ApiCall<JoinAnswer> =>
  kafkaJsCall<JoinAnswer, JoinAnswer>({
    name: 'JoinGroup',
    apiKey: apiKeys.joinGroup,
    api: requests['JoinGroup'],
    params: {
      groupId: join.groupId,
      memberId: join.memberId,
      sessionTimeout: join.sessionTimeoutMs,
      rebalanceTimeout: join.rebalanceTimeoutMs,
      protocolType: 'consumer',
      groupProtocols: [{ name: join.protocol, metadata: join.metadata }],
    },
    fromVersion: 5,
    brokerWaitMs: join.rebalanceTimeoutMs,
    read: (answer) => {
      if (answer.errorCode !== MEMBER_ID_REQUIRED) checkCode('JoinGroup', answer.errorCode);
      return answer;
    },
  });

/** A member in one generation of its group. */
export interface MemberIdentity {
  readonly groupId: string;
  readonly memberId: string;
  readonly generationId: number;
}

/** @param assignments of all members by the leader, of nobody by others @returns this member's */
export const syncGroupCall = (
  member: MemberIdentity,
  assignments: readonly { readonly memberId: string; readonly memberAssignment: Buffer }[],
  brokerWaitMs: number,
): ApiCall<Buffer> =>
  kafkaJsCall<{ errorCode: number; memberAssignment: Buffer }, Buffer>({
    name: 'SyncGroup',
    apiKey: apiKeys.syncGroup,
    api: requests['SyncGroup'],
    params: { ...member, groupAssignment: assignments },
    fromVersion: 3,
    brokerWaitMs,
    read: ({ errorCode, memberAssignment }) => {
      checkCode('SyncGroup', errorCode);
      return memberAssignment;
    },
  });

export const heartbeatCall = (member: MemberIdentity): ApiCall<void> =>
  kafkaJsCall<{ errorCode: number }, void>({
    name: 'Heartbeat',
    apiKey: apiKeys.heartbeat,
    api: requests['Heartbeat'],
    params: {
      groupId: member.groupId,
      groupGenerationId: member.generationId,
      memberId: member.memberId,
      groupInstanceId: null,
    },
    fromVersion: 3,
    read: ({ errorCode }) => checkCode('Heartbeat', errorCode),
  });

export const leaveGroupCall = (groupId: string, memberId: string): ApiCall<void> =>
  kafkaJsCall<{ errorCode: number; members: readonly { errorCode: number }[] }, void>({
    name: 'LeaveGroup',
    apiKey: apiKeys.leaveGroup,
    api: requests['LeaveGroup'],
    params: { groupId, memberId, groupInstanceId: null },
    fromVersion: 3,
    read: ({ errorCode, members }) => {
      checkCode('LeaveGroup', errorCode);
      for (const member of members) checkCode('LeaveGroup', member.errorCode);
    },
  });

/** A group as its coordinator describes it. */
export interface DescribedGroup {
  readonly errorCode: number;
  /** Stable, PreparingRebalance, CompletingRebalance, Empty or Dead. */
  readonly state: string;
  readonly members: readonly {
    readonly memberId: string;
    readonly memberMetadata: Buffer;
    readonly memberAssignment: Buffer;
  }[];
}

export const describeGroupCall = (groupId: string): ApiCall<DescribedGroup> =>
  kafkaJsCall<{ groups: readonly DescribedGroup[] }, DescribedGroup>({
    name: 'DescribeGroups',
    apiKey: apiKeys.describeGroups,
    api: requests['DescribeGroups'],
    params: { groupIds: [groupId] },
    fromVersion: 1,
    read: ({ groups: [group] }) => {
      checkCode('DescribeGroups', group?.errorCode ?? 0);
      return group ?? { errorCode: 0, state: 'Dead', members: [] };
    },
  });

/** @param member generation -1 and member '' for one that is not in the group */
export const offsetCommitCall = (
  member: MemberIdentity,
  topics: readonly TopicOffsets[],
): ApiCall<void> =>
  kafkaJsCall<OffsetAnswer, void>({
    name: 'OffsetCommit',
    apiKey: apiKeys.offsetCommit,
    api: requests['OffsetCommit'],
    params: {
      groupId: member.groupId,
      groupGenerationId: member.generationId,
      memberId: member.memberId,
      topics,
    },
    fromVersion: 5,
    read: (answer) => checkOffsetCodes('OffsetCommit', answer),
  });

interface FetchedOffsets {
  readonly errorCode: number;
  readonly responses: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly offset: string;
      readonly errorCode: number;
    }[];
  }[];
}

/**
 * @param topics empty asks for all that the group has committed
 * @returns offset -1 where nothing was committed
 */
export const offsetFetchCall = (
  groupId: string,
  topics: readonly TopicPartitions[],
): ApiCall<
  readonly { readonly topic: string; readonly partition: number; readonly offset: number }[]
> =>
  kafkaJsCall<FetchedOffsets, readonly { topic: string; partition: number; offset: number }[]>({
    name: 'OffsetFetch',
    apiKey: apiKeys.offsetFetch,
    api: requests['OffsetFetch'],
    params: {
      groupId,
      topics: topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map((partition) => ({ partition })),
      })),
    },
    fromVersion: 3,
    read: ({ errorCode, responses }) => {
      checkCode('OffsetFetch', errorCode);
      return responses.flatMap(({ topic, partitions }) =>
        partitions.map(({ partition, offset, errorCode: code }) => {
          checkCode('OffsetFetch', code);
          return { topic, partition, offset: Number(offset) };
        }),
      );
    },
  });
