import { InvalidRecordError, LogUnavailableError } from '@millrace/event-log';
import { protocolFailure } from '../wire/protocol-errors';
import { GroupScene, SCENE_LIMITS } from './testing/group-scene';

const { heartbeatMs, sessionTimeoutMs, operationTimeoutMs } = SCENE_LIMITS;
const LANES = 4;
const INCONSISTENT_GROUP_PROTOCOL = 23;

const scene = () => new GroupScene({ lanes: LANES });

describe('a member that joins', () => {
  it('alone has all lanes', async () => {
    const one = await scene().joined('one');
    expect(one.lanes).toEqual([0, 1, 2, 3]);
  });

  it('gets its share when the others have let go of it, and of nothing else', async () => {
    const group = scene();
    const one = await group.joined('one');
    const two = await group.joined('two');
    expect([one.lanes, two.lanes]).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(one.seen).toEqual(['+0', '+1', '+2', '+3', '-2', '-3']);
  });

  it('waits for a revoke that takes longer than a session and a rebalance, and nobody is given up', async () => {
    const group = scene();
    const one = await group.joined('one', { revokeMs: 100_000 });
    const two = group.start('two');
    await group.time.advance(99_000);
    expect([one.lanes, two.lanes, two.joined]).toEqual([[0, 1, 2, 3], [], false]);
    await group.time.until(two.member.settled());
    expect(two.lanes).toEqual([2, 3]);
    expect(one.events.map(({ kind }) => kind)).not.toContain('member-lost');
  });

  it('has joined when its own long restore has ended, and is not given up meanwhile', async () => {
    const group = scene();
    const one = group.start('one', { assignMs: 100_000 });
    await group.time.advance(99_000);
    expect(one.joined).toBe(false);
    await group.time.until(one.member.settled());
    expect(one.events.map(({ kind }) => kind)).toEqual(['rebalance']);
  });

  it('with other topics than the members is refused by name', async () => {
    const group = scene();
    const one = group.start('one');
    one.link.refuseNext(protocolFailure('JoinGroup', INCONSISTENT_GROUP_PROTOCOL));
    await expect(group.time.until(one.member.settled())).rejects.toBeInstanceOf(InvalidRecordError);
  });

  it('gives up when no coordinator answers in time, each try being told', async () => {
    const group = scene();
    group.model.failOver(10 * operationTimeoutMs);
    const one = group.start('one');
    await expect(group.time.until(one.member.settled())).rejects.toBeInstanceOf(
      LogUnavailableError,
    );
    expect(group.time.nowMs()).toBeGreaterThanOrEqual(operationTimeoutMs);
    expect(group.time.nowMs()).toBeLessThan(operationTimeoutMs + 1_000);
    expect(one.events).toContainEqual(
      expect.objectContaining({ kind: 'retry', deadlineMs: operationTimeoutMs }),
    );
  });
});

describe('a member that goes', () => {
  it('by leaving lets go first, and the others have its lanes a few heartbeats later', async () => {
    const group = scene();
    const one = await group.joined('one', { revokeMs: 50 });
    const two = await group.joined('two');
    const atMs = group.time.nowMs();
    await group.time.until(one.leave());
    expect(group.time.nowMs() - atMs).toBeLessThan(60);
    expect(one.seen.slice(-2)).toEqual(['-0', '-1']);
    await group.time.advance(2 * heartbeatMs);
    expect(two.lanes).toEqual([0, 1, 2, 3]);
    await group.time.until(one.leave());
  });

  it('by leaving keeps its lanes to itself until its revoke has ended, however long', async () => {
    const group = scene();
    const one = await group.joined('one', { revokeMs: 60_000 });
    const two = await group.joined('two');
    void one.leave();
    await group.time.advance(59_000);
    expect(two.lanes).toEqual([2, 3]);
    await group.time.advance(3_000);
    expect([one.lanes, two.lanes]).toEqual([[], [0, 1, 2, 3]]);
  });

  it('by a crash is missed after a session, not before', async () => {
    const group = scene();
    const one = await group.joined('one');
    const two = await group.joined('two');
    one.crash();
    await group.time.advance(sessionTimeoutMs - heartbeatMs - 10);
    expect(two.lanes).toEqual([2, 3]);
    await group.time.advance(2 * heartbeatMs + 10);
    expect(two.lanes).toEqual([0, 1, 2, 3]);
  });

  it('when the group has given it up already has left', async () => {
    const group = scene();
    const one = await group.joined('one');
    await group.model.leave(one.member.memberId);
    const atMs = group.time.nowMs();
    await group.time.until(one.leave());
    expect(group.time.nowMs() - atMs).toBeLessThan(10);
  });

  it('while the coordinator is away says that it could not be told', async () => {
    const group = scene();
    const one = await group.joined('one');
    group.model.failOver(60_000);
    await expect(group.time.until(one.leave())).rejects.toBeInstanceOf(LogUnavailableError);
    expect(one.lanes).toEqual([]);
  });
});

describe('a member that the group has given up', () => {
  it('lets all go at once, says so, and joins anew with another id', async () => {
    const group = scene();
    const one = await group.joined('one');
    const { memberId } = one.member;
    await group.model.leave(memberId);
    await group.time.advance(heartbeatMs + 5);
    expect(one.seen.slice(LANES, 2 * LANES)).toEqual(['-0', '-1', '-2', '-3']);
    expect(one.events.map(({ kind }) => kind)).toEqual(['rebalance', 'member-lost', 'rebalance']);
    await group.time.advance(heartbeatMs);
    expect(one.lanes).toEqual([0, 1, 2, 3]);
    expect(one.member.memberId).not.toBe(memberId);
  });

  it('because a generation has passed without it lets all go too', async () => {
    const group = scene();
    const one = await group.joined('one');
    group.model.generation += 1;
    await group.time.advance(heartbeatMs + 5);
    expect(one.events.map(({ kind }) => kind)).toContain('member-lost');
    await group.time.advance(heartbeatMs);
    expect(one.seen).toEqual([
      '+0',
      '+1',
      '+2',
      '+3',
      '-0',
      '-1',
      '-2',
      '-3',
      '+0',
      '+1',
      '+2',
      '+3',
    ]);
  });

  it('is told so by what it is answered in its own generation, not in one that it is entering', async () => {
    const group = scene();
    const one = await group.joined('one');
    one.link.delayPolls(3 * heartbeatMs);
    const two = await group.joined('two');
    expect([one.lanes, two.lanes]).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(one.events.map(({ kind }) => kind)).not.toContain('member-lost');
  });

  it('finds out by itself when nobody answers for a session, counted from its last heartbeat', async () => {
    const group = scene();
    const one = await group.joined('one');
    await group.time.advance(heartbeatMs);
    one.link.cut(true);
    await group.time.advance(sessionTimeoutMs - heartbeatMs - 5);
    expect(one.lanes).toEqual([0, 1, 2, 3]);
    await group.time.advance(heartbeatMs + 5);
    expect(one.lanes).toEqual([]);
    expect(one.events.filter(({ kind }) => kind === 'member-lost')).toHaveLength(1);
    one.link.cut(false);
    expect(await group.time.reached(() => one.lanes.length === LANES, 60_000)).toBe(true);
  });
});

describe('a coordinator that moves', () => {
  it('costs nobody a lane when the new one answers within a session', async () => {
    const group = scene();
    const one = await group.joined('one');
    const two = await group.joined('two');
    group.model.failOver(sessionTimeoutMs - 2_000);
    await group.time.advance(60_000);
    expect([one.lanes, two.lanes]).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect([one.seen, two.seen].flat()).toHaveLength(LANES + 2 + 2);
  });

  it('in the middle of a join is joined again', async () => {
    const group = scene();
    const one = await group.joined('one');
    const two = group.start('two');
    await group.time.advance(5);
    expect(group.model.state).toBe('PreparingRebalance');
    group.model.failOver(1_000);
    await group.time.until(two.member.settled());
    expect([one.lanes, two.lanes]).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it('is looked for again by a join in flight when heartbeats are not answered any more', async () => {
    const group = scene();
    const one = await group.joined('one');
    const two = await group.joined('two', { revokeMs: 3_000 });
    const three = group.start('three');
    // Two is on its way back into the group, and waits for the others to come too.
    await group.time.advance(heartbeatMs + 5);
    one.link.cut(true);
    two.link.cut(true);
    await group.time.advance(4_000);
    one.link.cut(false);
    two.link.cut(false);
    await group.time.advance(sessionTimeoutMs);
    expect([one, two, three].map(({ lanes }) => lanes.length).sort()).toEqual([1, 1, 2]);
    expect([one.events, two.events].flat().map(({ kind }) => kind)).not.toContain('member-lost');
  });
});

describe('a callback that rejects', () => {
  it('on being given lanes ends the join with its error, and the others have the lanes', async () => {
    const group = scene();
    const one = await group.joined('one');
    const onAssigned = async () => {
      throw new Error('no state');
    };
    await expect(group.joined('two', { onAssigned })).rejects.toThrow('no state');
    await group.time.advance(3 * heartbeatMs);
    expect(one.lanes).toEqual([0, 1, 2, 3]);
    expect(group.model.memberIds).toEqual([one.member.memberId]);
  });

  it('on letting lanes go ends the membership, is told to who leaves, and holds nobody up', async () => {
    const group = scene();
    const onRevoked = async () => {
      throw new Error('cannot let go');
    };
    const one = await group.joined('one', { onRevoked });
    const two = await group.joined('two');
    expect(two.lanes).toEqual([0, 1, 2, 3]);
    await expect(group.time.until(one.leave())).rejects.toThrow('cannot let go');
    expect(group.model.memberIds).toEqual([two.member.memberId]);
  });
});
