import { AssignerProtocol } from 'kafkajs';
import {
  decodeAssignment,
  decodeClaims,
  encodeAssignment,
  encodeClaims,
  type MemberClaims,
  protocolNameOf,
} from './member-messages';

const claims: MemberClaims = {
  address: 'host-1:8080',
  owned: [0, 3, 999],
  releasing: [7],
  generation: 41,
  leaving: false,
};

describe('what a member tells its leader', () => {
  it.each<[string, MemberClaims]>([
    ['of one that holds lanes', claims],
    [
      'of a new one without an address',
      { owned: [], releasing: [], generation: -1, leaving: false },
    ],
    ['of one that leaves', { ...claims, owned: [], leaving: true }],
  ])('comes back as it was: %s', (_, given) => {
    expect(decodeClaims(encodeClaims(['ns-a', 'ns-b'], given))).toEqual(given);
  });

  it('is a subscription of the consumer protocol to whoever knows that alone', () => {
    const message = AssignerProtocol.MemberMetadata.decode(encodeClaims(['ns-a', 'ns-b'], claims));
    expect(message).toMatchObject({ version: 0, topics: ['ns-a', 'ns-b'] });
  });

  it('is refused by name when another assignor wrote it', () => {
    const foreign = AssignerProtocol.MemberMetadata.encode({
      version: 0,
      topics: ['ns-a'],
      userData: Buffer.from('{}'),
    });
    expect(() => decodeClaims(foreign)).toThrow('GROUP_MESSAGE_UNREADABLE');
    expect(() => decodeClaims(Buffer.alloc(0))).toThrow('GROUP_MESSAGE_UNREADABLE');
  });
});

describe('what a member is given', () => {
  it.each([
    { lanes: [1, 2, 8], settled: true },
    { lanes: [], settled: false },
  ])('comes back as it was: %j', (given) => {
    expect(decodeAssignment(encodeAssignment(['ns-a', 'ns-b'], given))).toEqual(given);
  });

  it('names the same partitions of all topics to whoever knows the consumer protocol', () => {
    const bytes = encodeAssignment(['ns-a', 'ns-b'], { lanes: [1, 4], settled: true });
    expect(AssignerProtocol.MemberAssignment.decode(bytes)).toMatchObject({
      version: 0,
      assignment: { 'ns-a': [1, 4], 'ns-b': [1, 4] },
    });
  });
});

describe('the name of the protocol', () => {
  it('is the same in whatever order topics are named', () => {
    expect(protocolNameOf(['a', 'b'], 12)).toBe(protocolNameOf(['b', 'a'], 12));
  });

  it('differs when the topics or the number of lanes differ', () => {
    const names = [
      protocolNameOf(['a', 'b'], 12),
      protocolNameOf(['a', 'c'], 12),
      protocolNameOf(['a'], 12),
      protocolNameOf(['a', 'b'], 13),
    ];
    expect(new Set(names).size).toBe(4);
  });
});
