/**
 * Groups of members that live in one process: sticky placement of lanes, one rebalance at a time,
 * a revoke that is awaited before its lanes go to another member.
 */
import { InvalidRecordError, TopicMismatchError } from './event-log.errors';
import type { GroupMember, GroupMembership, GroupOptions } from './group.port';
import { placeLanes } from './lane-placement';

interface Member {
  readonly memberId: string;
  readonly options: GroupOptions;
  lanes: readonly number[];
  leaving: boolean;
  /** Resolved when the member is dead: nobody waits for it any more. */
  readonly dead: Promise<void>;
  readonly die: () => void;
  failure: unknown;
}

interface Group {
  readonly topics: readonly string[];
  readonly lanes: number;
  members: Member[];
  joined: number;
  /** The rebalances so far; each begins after the one before it. */
  work: Promise<void>;
}

/** A membership that can also end as by the death of its process. */
export interface LocalMembership extends GroupMembership {
  /** The member is dead: its lanes go to others, without `onRevoked` and without waiting for it. */
  expel(): Promise<void>;
}

/** All groups of one log, for adapters whose members share a process. */
export class LocalGroups {
  readonly #groups = new Map<string, Group>();
  readonly #partitionsOf: (topic: string) => number;

  /** @param partitionsOf number of partitions of a topic; throws TopicUnknownError */
  constructor(partitionsOf: (topic: string) => number) {
    this.#partitionsOf = partitionsOf;
  }

  /**
   * Joins; resolves when the placement with the new member is in force and `onAssigned` of all has
   * resolved. A member whose callback rejects loses its lanes and its place.
   * @throws InvalidRecordError a group without topics, or joined before with other topics
   * @throws TopicMismatchError the topics have different numbers of partitions
   */
  async join(options: GroupOptions): Promise<LocalMembership> {
    const group = this.#groupOf(options);
    const member = newMember(`${options.groupId}-${++group.joined}`, options);
    group.members.push(member);
    await this.#rebalance(group);
    if (member.failure !== undefined) throw member.failure;
    return {
      memberId: member.memberId,
      members: async () => group.members.map(shown),
      leave: async () => {
        member.leaving = true;
        await this.#rebalance(group);
        if (member.failure !== undefined) throw member.failure;
      },
      expel: () => {
        member.die();
        group.members = group.members.filter((other) => other !== member);
        return this.#rebalance(group);
      },
    };
  }

  #groupOf(options: GroupOptions): Group {
    const topics = [...options.topics].sort();
    const group = this.#groups.get(options.groupId);
    const lanes = this.#commonLanes(topics);
    if (group === undefined || group.members.length === 0) {
      const { joined = 0, work = Promise.resolve() } = group ?? {};
      const fresh: Group = { topics, lanes, members: [], joined, work };
      this.#groups.set(options.groupId, fresh);
      return fresh;
    }
    if (group.topics.join() !== topics.join()) {
      throw new InvalidRecordError(`group ${options.groupId} was joined with other topics`);
    }
    return group;
  }

  #commonLanes(topics: readonly string[]): number {
    const [first] = topics;
    if (first === undefined) throw new InvalidRecordError('a group needs at least one topic');
    const wanted = this.#partitionsOf(first);
    for (const topic of topics) {
      const found = this.#partitionsOf(topic);
      if (found !== wanted) throw new TopicMismatchError(topic, 'partitions', { found, wanted });
    }
    return wanted;
  }

  #rebalance(group: Group): Promise<void> {
    group.work = group.work.then(() => rebalance(group));
    return group.work;
  }
}

const newMember = (memberId: string, options: GroupOptions): Member => {
  let die: () => void = () => undefined;
  const dead = new Promise<void>((resolve) => {
    die = resolve;
  });
  return { memberId, options, lanes: [], leaving: false, dead, die, failure: undefined };
};

const shown = ({ memberId, options: { address }, lanes }: Member): GroupMember =>
  address === undefined ? { memberId, lanes } : { memberId, address, lanes };

// A member that fails in a callback is out, which frees its lanes: place again until all hold.
const rebalance = async (group: Group): Promise<void> => {
  let settled = false;
  while (!settled) {
    const present = group.members.filter((member) => !member.leaving);
    const placed = placeLanes(
      group.lanes,
      present.map((member) => member.lanes),
    );
    const targets = new Map(present.map((member, index) => [member, placed[index] ?? []]));
    await Promise.all(group.members.map((member) => revoke(member, targets.get(member) ?? [])));
    const failed = present.some((member) => member.leaving);
    group.members = group.members.filter((member) => !member.leaving);
    if (failed) continue;
    const outcomes = await Promise.all(
      group.members.map((member) => assign(member, targets.get(member) ?? [])),
    );
    settled = outcomes.every((held) => held);
    group.members = group.members.filter((member) => !member.leaving);
  }
};

const revoke = async (member: Member, target: readonly number[]): Promise<void> => {
  const lost = member.lanes.filter((lane) => !target.includes(lane));
  if (lost.length > 0) await called(member, () => member.options.onRevoked(lost));
  member.lanes = member.lanes.filter((lane) => target.includes(lane));
};

const assign = async (member: Member, target: readonly number[]): Promise<boolean> => {
  const gained = target.filter((lane) => !member.lanes.includes(lane));
  if (gained.length === 0) return !member.leaving;
  member.lanes = [...member.lanes, ...gained].sort((a, b) => a - b);
  await called(member, () => member.options.onAssigned(gained));
  return !member.leaving;
};

const called = async (member: Member, callback: () => Promise<void>): Promise<void> => {
  try {
    await Promise.race([callback(), member.dead]);
  } catch (error) {
    member.failure = error;
    member.leaving = true;
    member.lanes = [];
  }
};
