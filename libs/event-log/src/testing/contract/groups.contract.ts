/// <reference types="jest" />
/**
 * Contract: groups, published positions, closing.
 */
import { LogClosedError, TopicMismatchError } from '../../event-log.errors';
import type { EventLog } from '../../event-log.port';
import type { GroupMembership } from '../../group.port';
import { event, events, freshLog, lane, type MakeLog, start, table } from './log-under-test';

interface Joined {
  readonly name: string;
  readonly lanes: Set<number>;
  readonly membership: GroupMembership;
}

/** What a test wants to see of a member, and what holds up its revokes. */
interface Watched {
  readonly seen?: string[];
  readonly barrier?: Promise<void>;
}

const join = async (log: EventLog, name: string, watched: Watched = {}): Promise<Joined> => {
  const { seen = [], barrier } = watched;
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
      await barrier;
      for (const number of lost) lanes.delete(number);
      seen.push(...lost.map((number) => `${name}-${number}`));
    },
  });
  return { name, lanes, membership };
};

const held = (...members: readonly Joined[]) => members.map(({ lanes }) => [...lanes].sort());

export const groupsContract = (makeLog: MakeLog): void => {
  describe('a group', () => {
    const subject = freshLog(makeLog);

    it('gives a single member all lanes', async () => {
      const one = await join(subject().log, 'one');
      expect(held(one)).toEqual([[0, 1, 2]]);
    });

    it('gives every lane to one member, evenly, and moves no more than it must', async () => {
      const { log } = subject();
      const one = await join(log, 'one');
      const before = [...one.lanes];
      const two = await join(log, 'two');
      expect([...one.lanes, ...two.lanes].sort()).toEqual([0, 1, 2]);
      expect([one.lanes.size, two.lanes.size]).toEqual([2, 1]);
      expect([...one.lanes].every((number) => before.includes(number))).toBe(true);
      const three = await join(log, 'three');
      expect([one, two, three].map(({ lanes }) => lanes.size)).toEqual([1, 1, 1]);
      expect([...one.lanes, ...two.lanes, ...three.lanes].sort()).toEqual([0, 1, 2]);
      const four = await join(log, 'four');
      expect(four.lanes.size).toBe(0);
    });

    it('gives the lanes of one that leaves to those that stay', async () => {
      const { log } = subject();
      const one = await join(log, 'one');
      const two = await join(log, 'two');
      await one.membership.leave();
      expect(held(one, two)).toEqual([[], [0, 1, 2]]);
      await one.membership.leave();
    });

    it('hands a lane over only when its revoke has resolved', async () => {
      const { log } = subject();
      const seen: string[] = [];
      let release: () => void = () => undefined;
      const barrier = new Promise<void>((resolve) => {
        release = resolve;
      });
      await join(log, 'one', { seen, barrier });
      const joining = join(log, 'two', { seen });
      for (let i = 0; i < 100; i++) await undefined;
      expect(seen).toEqual(['one+0', 'one+1', 'one+2']);
      release();
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
