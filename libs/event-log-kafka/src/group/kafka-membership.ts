/** A membership of this process on real brokers: its topics are checked, then it begins to join. */
import {
  type GroupMember,
  type GroupMembership,
  type GroupOptions,
  InvalidRecordError,
  TopicMismatchError,
  TopicUnknownError,
} from '@millrace/event-log';
import { pause } from '../cluster/retrying';
import type { LogParts } from '../log-parts';
import type { MemberIdentity } from '../wire/group-calls';
import type { MemberTime, PlacedGroup } from './coordinator.port';
import { CoordinatorLink } from './coordinator-link';
import { groupMembers } from './group-members';
import { LaneMember } from './lane-member';
import { protocolNameOf } from './member-messages';

const REAL_TIME: MemberTime = { nowMs: () => performance.now(), pause };

/** This process's place in a group. */
export class KafkaMembership implements GroupMembership {
  readonly #parts: LogParts;
  readonly #group: PlacedGroup;
  readonly #member: LaneMember;

  /** Begins to join. */
  constructor(parts: LogParts, group: PlacedGroup, options: GroupOptions) {
    const { cluster } = parts;
    const protocol = protocolNameOf(group.topics, group.lanes);
    const coordinator = new CoordinatorLink(cluster, { groupId: group.physicalId, protocol });
    const { limits, observer } = cluster;
    this.#parts = parts;
    this.#group = group;
    this.#member = new LaneMember({
      coordinator,
      time: REAL_TIME,
      limits,
      observer,
      group,
      options,
    });
  }

  /** Another one after the group has given this member up and it has joined anew. */
  get memberId(): string {
    return this.#member.memberId;
  }

  /** With which it may commit offsets of the group; undefined while it is not in it. */
  get identity(): MemberIdentity | undefined {
    return this.#member.identity;
  }

  /** See {@link LaneMember.settled}. */
  settled(): Promise<void> {
    return this.#member.settled();
  }

  /** See {@link groupMembers}. */
  members(): Promise<readonly GroupMember[]> {
    return groupMembers(this.#parts.cluster, this.#group);
  }

  /** See {@link LaneMember.leave}. */
  leave(): Promise<void> {
    return this.#member.leave();
  }
}

/**
 * Begins to join a group; the promise resolves before it is in it, see {@link LaneMember.settled}.
 * @throws InvalidRecordError a group without topics
 * @throws TopicUnknownError, TopicMismatchError the topics have different numbers of partitions
 */
export const beginMembership = async (
  parts: LogParts,
  options: GroupOptions,
): Promise<KafkaMembership> => {
  const { names } = parts;
  const { groupId, topics } = options;
  const lanes = await commonLanes(parts, topics);
  const group = {
    groupId,
    physicalId: names.physical(groupId),
    topics: topics.map((topic) => names.physical(topic)).sort(),
    lanes,
  };
  return new KafkaMembership(parts, group, options);
};

const commonLanes = async (
  { topics: registry }: LogParts,
  topics: readonly string[],
): Promise<number> => {
  const [first] = topics;
  if (first === undefined) throw new InvalidRecordError('a group needs at least one topic');
  await registry.learn(topics);
  const partitionsOf = (topic: string): number => {
    const spec = registry.known(topic);
    if (spec === undefined) throw new TopicUnknownError({ topic, partition: 0 });
    return spec.partitions;
  };
  const wanted = partitionsOf(first);
  for (const topic of topics) {
    const found = partitionsOf(topic);
    if (found !== wanted) throw new TopicMismatchError(topic, 'partitions', { found, wanted });
  }
  return wanted;
};
