/**
 * What a leader decides in one generation: sticky and even placement in two phases (as KIP-429). A
 * lane that another member still has, or is letting go, is withheld until that member has joined
 * again without it.
 */
import { placeLanes } from '@millrace/event-log';
import type { LaneAssignment, MemberClaims } from './member-messages';

/** A member and what it said when it joined this generation. */
export interface ClaimingMember {
  readonly memberId: string;
  readonly claims: MemberClaims;
}

/**
 * Assignments of one generation, by member id. No lane is given to two members, and none to a
 * member while another one claims it.
 *
 * Two members that claim one lane: the claim of the newer generation counts, the other one missed
 * that generation and is told to let go; between equal ones none counts.
 *
 * @param lanes number of lanes
 */
export const assignLanes = (
  lanes: number,
  members: readonly ClaimingMember[],
): ReadonlyMap<string, LaneAssignment> => {
  const ordered = [...members].sort((a, b) => (a.memberId < b.memberId ? -1 : 1));
  const owners = ownersOf(lanes, ordered);
  const staying = ordered.filter(({ claims }) => !claims.leaving);
  const held = staying.map((member) => lanesOf(owners, member));
  const placed = placeLanes(lanes, held);
  const given = new Map<ClaimingMember, readonly number[]>(ordered.map((member) => [member, []]));
  staying.forEach((member, index) => {
    const wanted = placed[index] ?? [];
    const free = wanted.filter(
      (lane) => owners.get(lane) === member || !ordered.some(({ claims }) => has(claims, lane)),
    );
    given.set(member, free);
  });
  const all = [...given];
  const isComplete = all.reduce((sum, [, own]) => sum + own.length, 0) === lanes;
  const settled =
    (isComplete || staying.length === 0) &&
    all.every(([{ claims }, own]) => claimedLanes(claims).every((lane) => own.includes(lane)));
  return new Map(all.map(([{ memberId }, own]) => [memberId, { lanes: own, settled }]));
};

// Lane to the member whose claim to keep it counts.
const ownersOf = (
  lanes: number,
  members: readonly ClaimingMember[],
): ReadonlyMap<number, ClaimingMember | undefined> => {
  const owners = new Map<number, ClaimingMember | undefined>();
  const newest = new Map<number, number>();
  for (const member of members) {
    const { owned, generation } = member.claims;
    for (const lane of owned.filter((candidate) => candidate < lanes)) {
      const known = newest.get(lane) ?? Number.NEGATIVE_INFINITY;
      if (generation < known) continue;
      owners.set(lane, generation === known ? undefined : member);
      newest.set(lane, generation);
    }
  }
  return owners;
};

const lanesOf = (
  owners: ReadonlyMap<number, ClaimingMember | undefined>,
  member: ClaimingMember,
): readonly number[] =>
  [...owners]
    .filter(([, owner]) => owner === member)
    .map(([lane]) => lane)
    .sort((a, b) => a - b);

const has = ({ owned, releasing }: MemberClaims, lane: number): boolean =>
  owned.includes(lane) || releasing.includes(lane);

const claimedLanes = ({ owned, releasing }: MemberClaims): readonly number[] => [
  ...owned,
  ...releasing,
];
