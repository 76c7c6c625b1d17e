/// <reference types="jest" />
/**
 * Contract: groups, published positions, closing.
 */
import { LogClosedError, TopicMismatchError } from '../../event-log.errors';
import type { EventLog } from '../../event-log.port';
import type { GroupMembership } from '../../group.port';
import { eventually } from './eventually';
import { event, events, freshLog, lane, type MakeLog, start, table } from './log-under-test';

interface Joined {
  readonly name: string;
  readonly lanes: Set<number>;
  readonly membership: GroupMembership;
}

const LANES = events.partitions;

/** What a test wants to see of a member, and what holds up its revokes. */
interface Watched {
  readonly seen?: string[];
  readonly barrier?: Promise<void>;
  /** Called when a revoke begins. */
  readonly onRevoking?: () => void;
}

const join = async (log: EventLog, name: string, watched: Watched = {}): Promise<Joined> => {
  const { seen = [], barrier, onRevoking } = watched;
  const lanes = new Set<number>();
  const membership = await log.joinGroup({
    groupId: 'contract-group',
    topics: [events.name, table.name],
    address: `${name}:80`,
    onAssigned: async (gained) => {
      for (const number of gained) lanes.add(number);
      seen.push(...gained.map((number) => `${name}+${number}`));
    },
    onRevoked: async (lost) => {
      onRevoking?.();
      await barrier;
      for (const number of lost) lanes.delete(number);
      seen.push(...lost.map((number) => `${name}-${number}`));
    },
  });
  return { name, lanes, membership };
};

const held = (...members: readonly Joined[]) => members.map(({ lanes }) => [...lanes].sort());

const loads = (...members: readonly Joined[]) => members.map(({ lanes }) => lanes.size);

/** Every lane has one of these members. */
const isPlaced = (...members: readonly Joined[]) =>
  held(...members)
    .flat()
    .sort()
    .join() === Array.from({ length: LANES }, (_, number) => number).join();

export const groupsContract = (makeLog: MakeLog): void => {
  describe('a group', () => {
    const subject = freshLog(makeLog);

    it('gives a single member all lanes', async () => {
      const one = await join(subject().log, 'one');
      expect(held(one)).toEqual([[0, 1, 2]]);
    });

    it('gives every lane to one member, evenly, and moves no more than it must', async () => {
      const { log } = subject();
      const seen: string[] = [];
      const one = await join(log, 'one', { seen });
      const two = await join(log, 'two', { seen });
      await eventually(subject(), () => isPlaced(one, two));
      expect(held(one, two).flat().sort()).toEqual([0, 1, 2]);
      expect(loads(one, two)).toEqual([2, 1]);
      expect(seen.slice(LANES).map((step) => step.slice(0, -1))).toEqual(['one-', 'two+']);
      const three = await join(log, 'three', { seen });
      await eventually(subject(), () => isPlaced(one, two, three));
      expect(loads(one, two, three)).toEqual([1, 1, 1]);
      expect(held(one, two, three).flat().sort()).toEqual([0, 1, 2]);
      expect(seen.slice(LANES + 2).map((step) => step.slice(0, -1))).toEqual(['one-', 'three+']);
      const four = await join(log, 'four', { seen });
      expect(loads(one, two, three, four)).toEqual([1, 1, 1, 0]);
      expect(seen).toHaveLength(LANES + 4);
    });

    it('gives the lanes of one that leaves to those that stay', async () => {
      const { log } = subject();
      const one = await join(log, 'one');
      const two = await join(log, 'two');
      await one.membership.leave();
      expect(held(one)).toEqual([[]]);
      await eventually(subject(), () => isPlaced(two));
      expect(held(one, two)).toEqual([[], [0, 1, 2]]);
      await one.membership.leave();
    });

    it('hands a lane over only when its revoke has resolved', async () => {
      const { log, wait } = subject();
      const seen: string[] = [];
      let release: () => void = () => undefined;
      const barrier = new Promise<void>((resolve) => {
        release = resolve;
      });
      let isRevoking = false;
      const onRevoking = () => {
        isRevoking = true;
      };
      await join(log, 'one', { seen, barrier, onRevoking });
      const joining = join(log, 'two', { seen });
      for (let i = 0; i < 100; i++) await undefined;
      await eventually(subject(), () => isRevoking);
      // Time enough for a lane to be handed over that should not be.
      for (let i = 0; i < 50; i++) await wait?.();
      try {
        expect({ isRevoking, seen }).toEqual({
          isRevoking: true,
          seen: ['one+0', 'one+1', 'one+2'],
        });
      } finally {
        release();
      }
      const two = await joining;
      const [number] = two.lanes;
      expect(seen.slice(3)).toEqual([`one-${number}`, `two+${number}`]);
    });

    it('lists its members with addresses and lanes', async () => {
      const { log } = subject();
      const one = await join(log, 'one');
      const two = await join(log, 'two');
      const members = await one.membership.members();
      expect(members).toEqual(await two.membership.members());
      expect(members.map(({ address }) => address).sort()).toEqual(['one:80', 'two:80']);
      expect(members.map(({ memberId }) => memberId)).toContain(two.membership.memberId);
      expect(members.flatMap(({ lanes }) => lanes).sort()).toEqual([0, 1, 2]);
    });

    it('is refused over topics that are not co-partitioned', async () => {
      const { log } = subject();
      await log.ensureTopics([{ ...events, name: 'contract-wide', partitions: 5 }]);
      const joined = log.joinGroup({
        groupId: 'contract-uneven',
        topics: [events.name, 'contract-wide'],
        onAssigned: async () => undefined,
        onRevoked: async () => undefined,
      });
      await expect(joined).rejects.toBeInstanceOf(TopicMismatchError);
    });

    it('revokes what is held when the log closes', async () => {
      const { log } = subject();
      const one = await join(log, 'one');
      await log.close();
      expect(held(one)).toEqual([[]]);
    });
  });
};

export const positionsContract = (makeLog: MakeLog): void => {
  describe('published positions', () => {
    const subject = freshLog(makeLog);

    it('are none for a group that has published nothing', async () => {
      expect(await subject().log.groupPositions('contract-nobody')).toEqual([]);
    });

    it('are those published last, by topic and partition', async () => {
      const { log } = subject();
      await log.append([event('a'), event('b')]);
      await log.publishGroupPositions('contract-lag', [start(1), { ...lane(0), offset: 1 }]);
      await log.publishGroupPositions('contract-lag', [{ ...lane(0), offset: 2 }]);
      expect(await log.groupPositions('contract-lag')).toEqual([
        { ...lane(0), offset: 2 },
        start(1),
      ]);
      expect(await log.groupPositions('contract-other')).toEqual([]);
    });
  });
};

export const closingContract = (makeLog: MakeLog): void => {
  describe('a closed log', () => {
    const subject = freshLog(makeLog);

    it('takes nothing more, and may be closed again', async () => {
      const { log } = subject();
      await log.close();
      await log.close();
      await expect(log.append([event('late')])).rejects.toBeInstanceOf(LogClosedError);
      await expect(log.openWriter('late')).rejects.toBeInstanceOf(LogClosedError);
      await expect(log.openReader([start(0)])).rejects.toBeInstanceOf(LogClosedError);
    });

    it('has answered its waiting polls', async () => {
      const { log } = subject();
      const reader = await log.openReader([start(0)]);
      const polled = reader.poll({ maxWaitMs: 30_000 });
      for (let i = 0; i < 50; i++) await undefined;
      await log.close();
      expect(await polled).toEqual([]);
    });

    it('has aborted what was open', async () => {
      const { log } = subject();
      const writer = await log.openWriter('contract');
      const transaction = writer.begin();
      await transaction.append([event('open')]);
      await log.close();
      await expect(transaction.commit()).rejects.toMatchObject({ retryable: false });
    });
  });
};
