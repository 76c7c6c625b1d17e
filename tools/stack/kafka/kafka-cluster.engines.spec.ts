import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { kafkaUnderTest } from '../../../test/engines/clusters';
import { judgeTopic, type KafkaCluster, type KafkaLine, startKafka } from '../index';
import { GaveUpError, poll } from '../poll';
import { endOrphans } from '../processes/owned-engines';
import { commandLineOf } from '../processes/process-table';
import { clusterView } from './wire/cluster-view';

const TOPICS = 'org.apache.kafka.tools.TopicCommand';
const PRODUCER = 'org.apache.kafka.tools.ConsoleProducer';
const PERFORMANCE = 'org.apache.kafka.tools.ProducerPerformance';
const TRANSACTIONS = 'org.apache.kafka.tools.TransactionsCommand';
const LINES: readonly KafkaLine[] = ['3.9', '4.4'];

const servers = (cluster: KafkaCluster): readonly string[] => [
  '--bootstrap-server',
  cluster.innerBootstrap.join(','),
];

const createTopic = async (cluster: KafkaCluster, partitions: number): Promise<string> => {
  const topic = `stack-${randomUUID()}`;
  const args = ['--create', '--topic', topic, '--partitions', String(partitions)];
  const result = await cluster.java(TOPICS, [...servers(cluster), ...args]);
  expect(result).toMatchObject({ code: 0 });
  return topic;
};

/** Lines are "key<tab>value"; NIL stands for null. */
const produce = async (
  cluster: KafkaCluster,
  topic: string,
  lines: readonly string[],
): Promise<void> => {
  const format = ['--reader-property', 'parse.key=true', '--reader-property', 'null.marker=NIL'];
  const stdin = lines.map((line) => `${line}\n`).join('');
  const args = [...servers(cluster), '--topic', topic, ...format];
  expect(await cluster.java(PRODUCER, args, { stdin })).toMatchObject({ code: 0 });
};

const numbered = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from }, (_, index) => `key-${from + index}\tvalue-${from + index}`);

const addressOf = (text = ''): { readonly host: string; readonly port: number } => {
  const [host = '', port = ''] = text.split(':');
  return { host, port: Number(port) };
};

describe('a judged topic', () => {
  it('shows every record with key, value, partition and offset, and null as null', async () => {
    const cluster = kafkaUnderTest.one();
    const topic = await createTopic(cluster, 1);
    await produce(cluster, topic, ['a\tfirst', 'a\tNIL', 'NIL\tPartition:7, Zürich', 'b\t']);
    expect(await judgeTopic(cluster, topic)).toEqual([
      { partition: 0, offset: 0, key: 'a', value: 'first' },
      { partition: 0, offset: 1, key: 'a', value: null },
      { partition: 0, offset: 2, key: null, value: 'Partition:7, Zürich' },
      { partition: 0, offset: 3, key: 'b', value: '' },
    ]);
  });

  it('is read to the end of every partition, and may be empty', async () => {
    const cluster = kafkaUnderTest.three();
    const topic = await createTopic(cluster, 6);
    expect(await judgeTopic(cluster, topic)).toEqual([]);
    await produce(cluster, topic, numbered(0, 5_000));
    const records = await judgeTopic(cluster, topic);
    expect(new Set(records.map(({ value }) => value)).size).toBe(5_000);
    expect(records).toHaveLength(5_000);
  });

  it('is read again when the consumer ended before the end', async () => {
    const cluster = kafkaUnderTest.one();
    const topic = await createTopic(cluster, 2);
    await produce(cluster, topic, numbered(0, 100));
    const runs: number[] = [];
    const endingEarly: KafkaCluster = {
      ...cluster,
      java: async (mainClass, args, options) => {
        const early = runs.length === 0 ? ['--max-messages', '60'] : [];
        const result = await cluster.java(mainClass, [...args, ...early], options);
        runs.push(result.stdout.split('value-').length - 1);
        return result;
      },
    };
    expect(await judgeTopic(endingEarly, topic)).toHaveLength(100);
    // On a loaded machine a run in between may end early by itself.
    expect(runs[0]).toBe(60);
    expect(runs.at(-1)).toBe(100);
  });

  it('is not judged while a transaction stays open, unless that is allowed', async () => {
    const cluster = kafkaUnderTest.one();
    const topic = await createTopic(cluster, 1);
    await produce(cluster, topic, numbered(0, 3));
    const id = `left-open-${randomUUID()}`;
    const load = ['--num-records', '1000', '--throughput', '100', '--record-size', '10'];
    const txn = ['--transactional-id', id, '--transaction-duration-ms', '60000'];
    // Killed in the middle of its 10 s, with its transaction open.
    const args = [...servers(cluster), '--topic', topic, ...load, ...txn];
    expect(await cluster.java(PERFORMANCE, args, { timeoutMs: 5_000 })).toMatchObject({ code: -1 });

    await expect(judgeTopic(cluster, topic, { timeoutMs: 2_000 })).rejects.toThrow(GaveUpError);
    const allowed = await judgeTopic(cluster, topic, { openTransactions: 'allowed' });
    expect(allowed).toHaveLength(3);

    const end = ['forceTerminateTransaction', '--transactionalId', id];
    expect(await cluster.java(TRANSACTIONS, [...servers(cluster), ...end])).toMatchObject({
      code: 0,
    });
    expect(await judgeTopic(cluster, topic)).toHaveLength(3);
    const all = await judgeTopic(cluster, topic, { isolation: 'read_uncommitted' });
    expect(all.length).toBeGreaterThan(3);
  });
});

describe('one of three brokers', () => {
  it('killed and started again takes up its place with nothing lost', async () => {
    const cluster = kafkaUnderTest.three();
    const topic = await createTopic(cluster, 6);
    await produce(cluster, topic, numbered(0, 100));
    const broker = cluster.broker(2);
    const firstPid = broker.pid;

    try {
      await broker.kill();
      expect(broker.pid).toBeUndefined();
      await produce(cluster, topic, numbered(100, 200));
      await expect(cluster.inSync(200)).rejects.toThrow(/broker 2: .*ECONNREFUSED/);
    } finally {
      await broker.start();
    }
    await cluster.inSync();
    expect(broker.pid).not.toBe(firstPid);
    expect(await judgeTopic(cluster, topic)).toHaveLength(200);
  });

  it('paused answers nothing until it is resumed', async () => {
    const cluster = kafkaUnderTest.three();
    const broker = cluster.broker(3);
    const address = { host: broker.address, port: broker.port };
    broker.pause();
    try {
      await expect(clusterView(address)).rejects.toThrow(/no answer/);
    } finally {
      broker.resume();
    }
    await cluster.inSync();
    expect((await clusterView(address)).brokers).toHaveLength(3);
  });

  it('stopped in order ends and comes back', async () => {
    const cluster = kafkaUnderTest.three();
    await cluster.broker(1).stop();
    expect(cluster.broker(1).pid).toBeUndefined();
    await cluster.broker(1).start();
    await cluster.inSync();
  });
});

describe('a cluster of its own', () => {
  it.each(LINES)('lets in who knows the password, over TLS (Kafka %s)', async (line) => {
    const cluster = await startKafka({ line, brokers: 1, secured: true });
    const folder = mkdtempSync(join(tmpdir(), 'millrace-stack-'));
    try {
      const { secured } = cluster;
      if (secured === undefined) throw new Error('there is no secured listener');
      const ca = join(folder, 'ca.pem');
      writeFileSync(ca, secured.caPem);
      const topicsWith = async (module: string, mechanism: string, password: string) => {
        const login = `org.apache.kafka.common.security.${module}`;
        const config = join(folder, 'client.properties');
        writeFileSync(
          config,
          `security.protocol=SASL_SSL
ssl.truststore.type=PEM
ssl.truststore.location=${ca}
sasl.mechanism=${mechanism}
sasl.jaas.config=${login} required username="${secured.user}" password="${password}";
`,
        );
        const where = ['--bootstrap-server', secured.bootstrap.join(',')];
        return cluster.java(TOPICS, [...where, '--command-config', config, '--list']);
      };
      const plain = 'plain.PlainLoginModule';
      const scram = 'scram.ScramLoginModule';
      expect(await topicsWith(plain, 'PLAIN', secured.password)).toMatchObject({ code: 0 });
      expect(await topicsWith(scram, 'SCRAM-SHA-256', secured.password)).toMatchObject({ code: 0 });
      expect(await topicsWith(scram, 'SCRAM-SHA-256', 'wrong')).toMatchObject({ code: 1 });
    } finally {
      await cluster.stop();
      rmSync(folder, { recursive: true });
    }
    expect(existsSync(dirname(cluster.stateFile))).toBe(false);
  });

  it('sends clients to the advertised address and judges past it', async () => {
    const proxy = { host: '127.0.0.1', port: 1 };
    const cluster = await startKafka({
      line: '4.4',
      brokers: 1,
      advertise: () => proxy,
      settings: { 'num.partitions': '4' },
    });
    try {
      const [broker] = cluster.brokers;
      const view = await clusterView({ host: broker?.address ?? '', port: broker?.port ?? 0 });
      expect(view.brokers).toEqual([{ nodeId: 1, ...proxy }]);
      expect(cluster.bootstrap).toEqual(['127.0.0.1:1']);
      const inner = addressOf(cluster.innerBootstrap[0]);
      expect((await clusterView(inner)).brokers).toEqual([{ nodeId: 1, ...inner }]);
    } finally {
      await cluster.stop();
    }
  });

  it('ends with a killed owner, and its folder with the next start', async () => {
    const owner = spawn(
      process.execPath,
      ['--require', 'tsx/cjs', join(__dirname, '../processes/killed-owner-main.ts')],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const line = await new Promise<string>((resolve, reject) => {
      owner.stdout.setEncoding('utf8').once('data', resolve);
      owner.once('exit', () => reject(new Error('the owner ended before its brokers served')));
    });
    const { pid, folder }: { readonly pid: number; readonly folder: string } = JSON.parse(line);
    expect(commandLineOf(pid)).toContain(folder);
    owner.kill('SIGKILL');
    await poll(
      async () => {
        endOrphans();
        return commandLineOf(pid) === undefined ? true : undefined;
      },
      { what: 'the end of the broker', deadlineMs: 10_000 },
    );
    expect(existsSync(folder)).toBe(false);
  });
});
