import fc from 'fast-check';
import { assignLanes, type ClaimingMember } from './lane-assignments';
import type { MemberClaims } from './member-messages';

const member = (memberId: string, claims: Partial<MemberClaims> = {}): ClaimingMember => ({
  memberId,
  claims: { owned: [], releasing: [], generation: 1, leaving: false, ...claims },
});

const decided = (lanes: number, ...members: readonly ClaimingMember[]) =>
  Object.fromEntries(assignLanes(lanes, members));

describe('the assignments of a generation', () => {
  it('give everything to a single member', () => {
    expect(decided(3, member('a'))).toEqual({ a: { lanes: [0, 1, 2], settled: true } });
  });

  it('withhold from a newcomer what another member still has', () => {
    expect(decided(4, member('a', { owned: [0, 1, 2, 3] }), member('b'))).toEqual({
      a: { lanes: [0, 1], settled: false },
      b: { lanes: [], settled: false },
    });
  });

  it('withhold what is being let go, also from the one that lets it go', () => {
    const first = member('a', { owned: [0, 1], releasing: [2, 3] });
    expect(decided(4, first, member('b'))).toEqual({
      a: { lanes: [0, 1], settled: false },
      b: { lanes: [], settled: false },
    });
    expect(decided(4, first)).toEqual({ a: { lanes: [0, 1], settled: false } });
  });

  it('hand over what is claimed no longer, and are settled then', () => {
    expect(decided(4, member('a', { owned: [0, 1] }), member('b'))).toEqual({
      a: { lanes: [0, 1], settled: true },
      b: { lanes: [2, 3], settled: true },
    });
  });

  it('place nothing on a member that leaves, and wait for what it has', () => {
    const leaving = member('a', { releasing: [0, 1], leaving: true });
    expect(decided(4, leaving, member('b', { owned: [2, 3] }))).toEqual({
      a: { lanes: [], settled: false },
      b: { lanes: [2, 3], settled: false },
    });
  });

  it('let the newer of two claims to a lane count, and are not settled before the older is gone', () => {
    const zombie = member('a', { owned: [0, 1], generation: 4 });
    const owner = member('b', { owned: [0, 1], generation: 7 });
    expect(decided(2, zombie, owner)).toEqual({
      a: { lanes: [], settled: false },
      b: { lanes: [0], settled: false },
    });
  });

  it('let neither of two claims of one generation count', () => {
    const given = decided(1, member('a', { owned: [0] }), member('b', { owned: [0] }));
    expect(given).toEqual({ a: { lanes: [], settled: false }, b: { lanes: [], settled: false } });
  });

  it('take no notice of claims to lanes that do not exist, but ask for them to be let go', () => {
    expect(decided(1, member('a', { owned: [0, 1] }))).toEqual({
      a: { lanes: [0], settled: false },
    });
  });

  const anyMembers = fc.array(
    fc.record({
      owned: fc.uniqueArray(fc.nat(7), { maxLength: 8 }),
      releasing: fc.uniqueArray(fc.nat(7), { maxLength: 4 }),
      generation: fc.integer({ min: -1, max: 3 }),
      leaving: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  );

  it('never give a lane to two members, nor to one while another claims it without a newer claim', () => {
    fc.assert(
      fc.property(anyMembers, (all) => {
        const members = all.map((claims, index) => member(`m${index}`, claims));
        const given = assignLanes(8, members);
        const lanes = [...given.values()].flatMap((assignment) => assignment.lanes);
        expect(new Set(lanes).size).toBe(lanes.length);
        for (const { memberId, claims } of members) {
          for (const lane of given.get(memberId)?.lanes ?? []) {
            const rivals = members.filter(
              (other) => other.memberId !== memberId && other.claims.owned.includes(lane),
            );
            const newest = Math.max(...rivals.map((rival) => rival.claims.generation));
            const isFree = rivals.length === 0 && !all.some((one) => one.releasing.includes(lane));
            expect(isFree || (claims.owned.includes(lane) && claims.generation > newest)).toBe(
              true,
            );
          }
        }
      }),
    );
  });
});
