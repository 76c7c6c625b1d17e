import { kafkaUnderTest } from '../../../../test/engines/clusters';
import { poll } from '../../../../tools/stack/poll';
import { DEFAULT_KAFKA_LIMITS } from '../kafka-options';
import { MemberProcess } from './testing/member-process';
import { RealGroup } from './testing/real-group';

const LANES = 6;
const { sessionTimeoutMs } = DEFAULT_KAFKA_LIMITS;

const toEnd: { end(): Promise<void> }[] = [];

const group = (): RealGroup => {
  const subject = new RealGroup({ brokers: kafkaUnderTest.one().bootstrap, lanes: LANES });
  toEnd.push(subject);
  return subject;
};

const processIn = ({ brokers, namespace }: RealGroup): MemberProcess => {
  const started = new MemberProcess({ brokers, lanes: LANES, namespace });
  toEnd.push({ end: () => started.kill() });
  return started;
};

afterEach(async () => {
  await Promise.allSettled(toEnd.splice(0).map((subject) => subject.end()));
});

const took = async (work: () => Promise<unknown>): Promise<number> => {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
};

const eventually = (what: string, condition: () => boolean, deadlineMs = 30_000): Promise<true> =>
  poll(async () => (condition() ? true : undefined), { what, deadlineMs, everyMs: 10 });

const print = (what: string, times: readonly number[]): void => {
  const sorted = [...times].sort((a, b) => a - b).map(Math.round);
  const median = sorted[Math.floor(sorted.length / 2)];
  process.stdout.write(`${what}: median ${median} ms of ${sorted.join(', ')}\n`);
};

describe('a group on a real broker', () => {
  it('takes members in, hands over what has to move and nothing else, and lets them go', async () => {
    const subject = group();
    const one = await subject.join('one');
    const two = await subject.join('two');
    expect(subject.isPlacedOn(one, two)).toBe(true);
    expect(one.seen.slice(LANES).sort()).toEqual(
      two.seen.map((step) => `-${step.slice(1)}`).sort(),
    );
    const three = await subject.join('three');
    await eventually('lanes on three', () => subject.isPlacedOn(one, two, three));
    expect(three.seen).toHaveLength(2);
    await two.end();
    await eventually('lanes on two', () => subject.isPlacedOn(one, three));
    expect(one.seen.filter((step) => step.startsWith('-'))).toHaveLength(4);
    await subject.end();
    expect([one, two, three].map(({ lanes }) => lanes.size)).toEqual([0, 0, 0]);
  });

  it('prints how long joining and leaving take', async () => {
    const firstMs: number[] = [];
    const secondMs: number[] = [];
    const leaveMs: number[] = [];
    const takenOverMs: number[] = [];
    for (let round = 0; round < 5; round++) {
      const subject = group();
      // Warms up: topics, coordinator, metadata.
      await (await subject.join('warm')).end();
      const first = await subject.prepare('first');
      const second = await subject.prepare('second');
      firstMs.push(await took(() => first.join()));
      secondMs.push(await took(() => second.join()));
      const isTakenOver = (): boolean => second.lanes.size === LANES;
      leaveMs.push(await took(() => first.membership.leave()));
      takenOverMs.push(await took(() => eventually('all lanes', isTakenOver)));
      await subject.end();
    }
    print('the first member joins', firstMs);
    print('the second member joins', secondMs);
    print('a member leaves', leaveMs);
    print('its lanes are taken over after that', takenOverMs);
    expect(Math.min(...leaveMs)).toBeLessThan(500);
  });

  it('gives the lanes of a killed process to the others after a session', async () => {
    const subject = group();
    const one = await subject.join('one');
    const killed = processIn(subject);
    await eventually('lanes at the process', () => killed.lanes.length === LANES / 2);
    killed.signal('SIGKILL');
    const takeOverMs = await took(() => eventually('all lanes', () => subject.isPlacedOn(one)));
    print('lanes of a killed process are taken over', [takeOverMs]);
    expect(takeOverMs).toBeGreaterThan(sessionTimeoutMs / 2);
    await killed.ended;
  });

  it('takes back a process that stood still for longer than a session: it let all go first', async () => {
    const subject = group();
    const one = await subject.join('one');
    const stopped = processIn(subject);
    await eventually('lanes at the process', () => stopped.lanes.length === LANES / 2);
    stopped.signal('SIGSTOP');
    await eventually('all lanes', () => subject.isPlacedOn(one));
    stopped.signal('SIGCONT');
    await eventually(
      'lanes at both',
      () => stopped.told.length >= 3 && one.lanes.size === LANES / 2,
    );
    expect(stopped.told.map((lanes) => lanes.length)).toEqual([LANES / 2, 0, LANES / 2]);
    await stopped.end();
  });

  it("is described by Kafka's own tool, with partitions and lag", async () => {
    const subject = group();
    const one = await subject.join('one');
    await one.log.publishGroupPositions(subject.groupId, [
      { topic: 'events', partition: 3, offset: 0 },
    ]);
    const cluster = kafkaUnderTest.one();
    const described = await cluster.java(
      'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
      [
        ...['--bootstrap-server', cluster.bootstrap.join()],
        ...['--describe', '--group', subject.physicalId],
      ],
    );
    const { memberId } = one.membership;
    const rows = described.stdout.split('\n').filter((row) => row.includes(memberId));
    expect(rows).toHaveLength(2 * LANES);
    expect(rows.find((row) => / events +3 /.test(row.replaceAll(subject.namespace, '')))).toMatch(
      / 0 +0 +0 /,
    );
  });

  it('refuses a member with other topics by name', async () => {
    const subject = group();
    const one = await subject.join('one');
    const joined = one.log.joinGroup({
      groupId: subject.groupId,
      topics: ['events'],
      onAssigned: async () => undefined,
      onRevoked: async () => undefined,
    });
    await expect(joined).rejects.toMatchObject({ code: 'EVENT_LOG_INVALID_RECORD' });
  });
});

describe('positions of a group with members', () => {
  const position = { topic: 'events', partition: 3, offset: 41 };

  it('are published by a process that has one', async () => {
    const subject = group();
    const one = await subject.join('one');
    await one.log.publishGroupPositions(subject.groupId, [position]);
    expect(await one.log.groupPositions(subject.groupId)).toEqual([position]);
    expect(one.events.map(({ kind }) => kind)).not.toContain('positions-dropped');
  });

  it('are published in the last moment of a lane, while it is let go', async () => {
    const subject = group();
    const one = await subject.join('one', {
      onRevoked: (lanes) =>
        one.log.publishGroupPositions(
          subject.groupId,
          lanes.map((partition) => ({ topic: 'events', partition, offset: partition + 1 })),
        ),
    });
    const two = await subject.join('two');
    await one.membership.leave();
    const published = await two.log.groupPositions(subject.groupId);
    expect(published.map(({ offset }) => offset)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('are dropped when a process without one publishes them, and nobody fails', async () => {
    const subject = group();
    await subject.join('one');
    const events: { readonly kind: string }[] = [];
    const other = await subject.openLog({ event: (event) => events.push(event) });
    toEnd.push({ end: () => other.close() });
    await other.publishGroupPositions(subject.groupId, [position]);
    expect(events.map(({ kind }) => kind)).toContain('positions-dropped');
    expect(await other.groupPositions(subject.groupId)).toEqual([]);
  });
});
