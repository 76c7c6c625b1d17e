/** The leader's part of a generation: from what all members claim to the assignment of each. */
import type { JoinAnswer } from '../wire/group-calls';
import type { EncodedAssignments, PlacedGroup } from './coordinator.port';
import { assignLanes } from './lane-assignments';
import { decodeClaims, encodeAssignment } from './member-messages';

/** Assignments of all members when this one is the leader, of nobody else. */
export const decidedAssignments = (
  { lanes, topics }: PlacedGroup,
  { leaderId, memberId, members }: JoinAnswer,
): EncodedAssignments => {
  if (leaderId !== memberId) return [];
  const claiming = members.map((member) => ({
    memberId: member.memberId,
    claims: decodeClaims(member.memberMetadata),
  }));
  return [...assignLanes(lanes, claiming)].map(([id, assignment]) => ({
    memberId: id,
    memberAssignment: encodeAssignment(topics, assignment),
  }));
};
