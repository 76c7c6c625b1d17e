import { kafkaUnderTest } from '../../../../test/engines/clusters';
import { coordinatorOf } from '../../../../test/engines/faults/coordinators';
import type { KafkaBroker } from '../../../../tools/stack/index';
import { poll } from '../../../../tools/stack/poll';
import { RealGroup, type RealMember } from './testing/real-group';

const LANES = 6;
const DEADLINE_MS = 60_000;
// The cluster takes up to 7 s to notice that a broker is dead and to move what it led.
const limits = { sessionTimeoutMs: 30_000 };

let group: RealGroup;
let broken: KafkaBroker | undefined;

beforeEach(() => {
  group = new RealGroup({ brokers: kafkaUnderTest.three().bootstrap, lanes: LANES, limits });
});

const mend = async (): Promise<void> => {
  broken?.resume();
  if (broken !== undefined && broken.pid === undefined) await broken.start();
  broken = undefined;
  await kafkaUnderTest.three().inSync();
};

afterEach(async () => {
  await mend();
  await group.end();
});

const faults = {
  'is killed': (broker: KafkaBroker) => broker.kill(),
  'stands still': async (broker: KafkaBroker) => broker.pause(),
} as const;

/** Breaks the broker that coordinates the group now. @returns when, ms */
const breakCoordinator = async (fault: keyof typeof faults): Promise<number> => {
  const nodeId = await coordinatorOf(kafkaUnderTest.three(), 'group', group.physicalId);
  broken = kafkaUnderTest.three().broker(nodeId);
  const brokenMs = performance.now();
  await faults[fault](broken);
  return brokenMs;
};

const eventually = (what: string, condition: () => boolean): Promise<true> =>
  poll(async () => (condition() ? true : undefined), { what, deadlineMs: DEADLINE_MS });

const has = (kind: string, member: RealMember): boolean =>
  member.events.some((event) => event.kind === kind);

const print = (what: string, sinceMs: number): void => {
  process.stdout.write(`${what} ${Math.round(performance.now() - sinceMs)} ms after the fault\n`);
};

describe.each(Object.keys(faults) as (keyof typeof faults)[])('a coordinator that %s', (fault) => {
  it('costs nobody a lane; who joins then gets its share from the new one', async () => {
    const one = await group.join('one');
    const two = await group.join('two');
    const three = await group.prepare('three');
    const before = [...one.seen, ...two.seen];
    const brokenMs = await breakCoordinator(fault);
    await three.join();
    print(`coordinator ${fault}: a third member has joined`, brokenMs);
    await eventually('every lane owned', () => group.isPlacedOn(one, two, three));
    // The fault has hit: heartbeats were not answered for a time.
    expect(has('retry', one) && has('retry', two)).toBe(true);
    expect(has('member-lost', one) || has('member-lost', two)).toBe(false);
    const moved = [...one.seen, ...two.seen].slice(before.length);
    expect(moved.length).toBe(2);
  });

  it('in the middle of a rebalance leaves no lane without an owner, and none with two', async () => {
    let release: () => void = () => undefined;
    const barrier = new Promise<void>((resolve) => {
      release = resolve;
    });
    let isRevoking = false;
    const one = await group.join('one', {
      onRevoked: () => {
        isRevoking = true;
        return barrier;
      },
    });
    const two = await group.prepare('two');
    const joining = two.join();
    await eventually('a revoke', () => isRevoking);
    const brokenMs = await breakCoordinator(fault);
    await eventually('the fault', () => has('retry', one) && has('retry', two));
    expect(two.seen).toEqual([]);
    release();
    await joining;
    print(`coordinator ${fault} in a rebalance: the second member has joined`, brokenMs);
    expect(group.isPlacedOn(one, two)).toBe(true);
    expect(has('member-lost', one)).toBe(false);
  });
});

describe('a cluster that cannot be reached for longer than a session', () => {
  it('has a member let all its lanes go, and takes it back when it can be reached', async () => {
    const subject = new RealGroup({
      brokers: kafkaUnderTest.one().bootstrap,
      lanes: LANES,
      limits: { sessionTimeoutMs: 6_000 },
    });
    const one = await subject.join('one');
    const broker = kafkaUnderTest.one().broker(1);
    const stillMs = performance.now();
    broker.pause();
    try {
      await eventually('all lanes let go', () => one.lanes.size === 0);
      const tookMs = performance.now() - stillMs;
      process.stdout.write(`lanes were let go ${Math.round(tookMs)} ms after the silence began\n`);
      expect(tookMs).toBeLessThan(6_500);
      expect(has('member-lost', one)).toBe(true);
    } finally {
      broker.resume();
    }
    await eventually('all lanes back', () => one.lanes.size === LANES);
    await subject.end();
  });
});
