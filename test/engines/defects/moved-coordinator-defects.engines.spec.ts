/**
 * D6: offsets of a transaction whose group coordinator moves while they are on their way. Three
 * brokers show it; a proxy keeps the request back until the coordinator has moved.
 */
import { poll } from '../../../tools/stack/poll';
import { COORDINATOR_TOPICS, coordinatorOf, coordinatorPartition } from '../faults/coordinators';
import { type ProxiedKafka, startProxiedKafka } from '../faults/proxied-kafka';
import { openLogUnderTest } from './log-under-test';
import { createOwnTopic, moveLeader, ownName } from './own-topics';
import { disconnectPlain, plainKafka, plainTransactional, typeOf } from './plain-kafkajs';

const TXN_OFFSET_COMMIT = 28;
const DEADLINE_MS = 20_000;
const AMPLE_RETRIES = { initialRetryTime: 20, maxRetryTime: 200, retries: 50 };

let kafka: ProxiedKafka;

beforeAll(async () => {
  kafka = await startProxiedKafka();
});

afterAll(async () => {
  await disconnectPlain();
  await kafka.stop();
});

describe("offsets of a transaction while the group's coordinator moves (D6)", () => {
  it('fail at once with plain kafkajs, which has the codes under other names', async () => {
    const { topic, group } = await groupWithCoordinator();
    const client = plainKafka({ brokers: kafka.cluster.bootstrap, retry: AMPLE_RETRIES });
    const producer = await plainTransactional(client, ownName('d6'), AMPLE_RETRIES);
    const transaction = await producer.transaction();
    const offsets = { topic, partitions: [{ partition: 0, offset: '7' }] };
    const failure = await whileMoving(group, () =>
      transaction
        .sendOffsets({ consumerGroupId: group, topics: [offsets] })
        .then(() => undefined, typeOf),
    );
    expect(failure).toBe('NOT_COORDINATOR_FOR_GROUP');
  });

  it('are committed by the log, to the new coordinator', async () => {
    const { topic, group } = await groupWithCoordinator();
    const log = await openLogUnderTest(kafka.cluster.bootstrap);
    try {
      const transaction = (await log.openWriter(ownName('d6'))).begin();
      const positions = [{ topic, partition: 0, offset: 7 }];
      await whileMoving(group, () => transaction.sendOffsets(group, positions));
      await transaction.commit();
      const found = await poll(
        async () => {
          const now = await log.groupPositions(group);
          return now.length > 0 ? now : undefined;
        },
        { what: 'positions of the group', deadlineMs: DEADLINE_MS },
      );
      expect(found).toEqual(positions);
    } finally {
      await log.close();
    }
  });
});

/** Past the proxies. */
const access = () => ({
  cluster: kafka.cluster,
  kafka: plainKafka({ brokers: kafka.cluster.innerBootstrap }),
});

const groupWithCoordinator = async () => {
  const topic = await createOwnTopic(access(), 'd6', { replicas: [[1, 2, 3]] });
  const group = ownName('d6-group');
  const admin = access().kafka.admin();
  await admin.connect();
  // Makes the topic in which coordinators keep their groups.
  await admin.fetchOffsets({ groupId: group, topics: [topic] });
  await admin.disconnect();
  return { topic, group };
};

/** Keeps the offsets that `work` sends back until another broker coordinates the group. */
const whileMoving = async <Result>(group: string, work: () => Promise<Result>): Promise<Result> => {
  const { cluster } = kafka;
  const before = await coordinatorOf(cluster, 'group', group);
  const others = cluster.brokers.map(({ nodeId }) => nodeId).filter((id) => id !== before);
  const fault = kafka.proxy(before).onRequest({ apiKey: TXN_OFFSET_COMMIT }, 'hold');
  const running = work();
  await poll(async () => (fault.hits > 0 ? true : undefined), {
    what: 'offsets on their way',
    deadlineMs: DEADLINE_MS,
    everyMs: 5,
  });
  const partition = await coordinatorPartition(cluster, 'group', group);
  await moveLeader(access(), { topic: COORDINATOR_TOPICS.group, partition }, others);
  await kafka.proxy(before).heal();
  return running;
};
