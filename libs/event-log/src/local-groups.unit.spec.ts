import fc from 'fast-check';
import { placeLanes } from './lane-placement';
import { LocalGroups } from './local-groups';

describe('placeLanes', () => {
  // Any placement that joins and leaves can lead to.
  const held = fc
    .tuple(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 6 }))
    .chain(([lanes, members]) =>
      fc
        .array(fc.integer({ min: -1, max: members - 1 }), { minLength: lanes, maxLength: lanes })
        .map((owners) => ({
          lanes,
          held: Array.from({ length: members }, (_, member) =>
            owners.flatMap((owner, lane) => (owner === member ? [lane] : [])),
          ),
        })),
    );

  it('gives every lane to exactly one member, loads differing by at most one', () => {
    fc.assert(
      fc.property(held, (given) => {
        const placed = placeLanes(given.lanes, given.held);
        const loads = placed.map((lanes) => lanes.length);
        const all = placed.flat().sort((a, b) => a - b);
        expect(all).toEqual(Array.from({ length: given.lanes }, (_, lane) => lane));
        expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('takes a lane from a member only when it holds too many', () => {
    fc.assert(
      fc.property(held, (given) => {
        const placed = placeLanes(given.lanes, given.held);
        const most = Math.ceil(given.lanes / given.held.length);
        return given.held.every((own, member) => {
          const kept = own.filter((lane) => placed[member]?.includes(lane)).length;
          return (
            kept >= Math.min(own.length, Math.floor(given.lanes / given.held.length)) &&
            kept <= most
          );
        });
      }),
    );
  });

  it('moves nothing when it is even already', () => {
    expect(
      placeLanes(5, [
        [4, 0],
        [1, 2, 3],
      ]),
    ).toEqual([
      [0, 4],
      [1, 2, 3],
    ]);
  });
});

describe('a member that fails in a callback', () => {
  const groups = () => new LocalGroups(() => 2);
  const quiet = async () => undefined;

  it('when it is assigned is refused, and its lanes go to the others', async () => {
    const all = groups();
    const base = { groupId: 'g', topics: ['t'], onRevoked: quiet };
    const first = await all.join({ ...base, onAssigned: quiet });
    const onAssigned = async () => {
      throw new Error('no state');
    };
    await expect(all.join({ ...base, onAssigned })).rejects.toThrow('no state');
    expect(await first.members()).toEqual([{ memberId: first.memberId, lanes: [0, 1] }]);
  });

  it('when it is revoked is out, is told so when it leaves, and holds nobody up', async () => {
    const all = groups();
    const base = { groupId: 'g', topics: ['t'], onAssigned: quiet };
    const onRevoked = async () => {
      throw new Error('cannot let go');
    };
    const first = await all.join({ ...base, onRevoked });
    const second = await all.join({ ...base, onRevoked: quiet });
    expect(await second.members()).toEqual([{ memberId: second.memberId, lanes: [0, 1] }]);
    await expect(first.leave()).rejects.toThrow('cannot let go');
  });
});
