/** What cannot be reached, trusted or used safely: one clear sentence, a code, an exit code. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KafkaCluster, startKafka } from '../../tools/stack/index';
import { CliProcess, type Ended } from '../e2e/cli-process';
import { lineUnderTest } from './clusters';

const NOBODY = '127.0.0.1:1';

describe('a log on Kafka that cannot be used', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-refused-'));
  const data = join(folder, 'data');
  const caFile = join(folder, 'ca.pem');
  let cluster: KafkaCluster;
  let secured: NonNullable<KafkaCluster['secured']>;

  beforeAll(async () => {
    cluster = await startKafka({ line: lineUnderTest(), brokers: 1, secured: true });
    if (cluster.secured === undefined) throw new Error('there is no secured listener');
    secured = cluster.secured;
    writeFileSync(caFile, secured.caPem);
  });

  afterAll(async () => {
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (
    args: readonly string[],
    settings: Readonly<Record<string, string>> = {},
  ): Promise<Ended> => CliProcess.run([...args, '--data', data], folder, settings);
  const withPassword = (password: string) => ({
    MILLRACE_LOG: `kafka://${secured.bootstrap.join(',')}/secured`,
    MILLRACE_KAFKA_CA_FILE: caFile,
    MILLRACE_KAFKA_SASL_MECHANISM: 'scram-sha-256',
    MILLRACE_KAFKA_SASL_USERNAME: secured.user,
    MILLRACE_KAFKA_SASL_PASSWORD: password,
  });
  const sentence = ({ stderr }: Ended): string => {
    expect(stderr.trim().split('\n')).toHaveLength(1);
    return stderr;
  };

  it.each([['up', '--port', '0'], ['doctor'], ['status']])(
    'because no broker answers: %s ends with exit code 4',
    async (...command) => {
      const end = await run([...command, '--log', `kafka://${NOBODY}`]);
      expect(end).toMatchObject({ code: 4, stdout: '' });
      expect(sentence(end)).toContain(`no broker of ${NOBODY} answers`);
      expect(end.stderr).toContain('[EVENT_LOG_KAFKA_UNREACHABLE]');
    },
  );

  it('because the password is wrong: exit code 4, and it is never shown', async () => {
    const end = await run(['up', '--port', '0'], withPassword('not-the-one'));
    expect(end.code).toBe(4);
    expect(sentence(end)).toContain('[EVENT_LOG_KAFKA_AUTHENTICATION]');
    expect(end.stderr).toContain('check user, password and mechanism');
    expect(end.stdout + end.stderr).not.toContain('not-the-one');
  });

  it('because the CA is not known: exit code 4', async () => {
    const { MILLRACE_KAFKA_CA_FILE: _, ...known } = withPassword(secured.password);
    const end = await run(['up', '--port', '0'], { ...known, MILLRACE_KAFKA_TLS: 'true' });
    expect(end.code).toBe(4);
    expect(sentence(end)).toContain('[EVENT_LOG_KAFKA_TLS]');
    expect(end.stderr).toContain('give the CA that signed its certificate');
  });

  it('because the file with the CA is missing: exit code 2, before anything is asked', async () => {
    const settings = { ...withPassword('x'), MILLRACE_KAFKA_CA_FILE: join(folder, 'none.pem') };
    const end = await run(['up', '--port', '0'], settings);
    expect(end.code).toBe(2);
    expect(sentence(end)).toContain('MILLRACE_KAFKA_CA_FILE (file, from environment)');
  });

  it('because credentials stand in the address: exit code 2, and they are not shown', async () => {
    const end = await run(['doctor', '--log', `kafka://me:hidden@${NOBODY}`]);
    expect(end.code).toBe(2);
    expect(sentence(end)).toContain('MILLRACE_KAFKA_SASL_PASSWORD');
    expect(end.stderr).not.toContain('hidden');
  });

  it('is told from one that can: doctor, with CA and password', async () => {
    const end = await run(['doctor'], withPassword(secured.password));
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(end.stdout).toContain('warning KAFKA_CLUSTER_SMALL');
    expect(end.stdout).toMatch(/^card-events +12 .* missing: the next start makes it$/m);
    expect(end.stdout).toContain('nothing refuses the start');
  });

  it('because a topic has other partitions: exit code 5, and what to set', async () => {
    const topic = ['--topic', 'other.card-events', '--partitions', '3'];
    const where = ['--bootstrap-server', cluster.bootstrap.join(',')];
    await cluster.java('org.apache.kafka.tools.TopicCommand', [...where, '--create', ...topic]);
    const log = `kafka://${cluster.bootstrap.join(',')}/other`;
    const end = await run(['up', '--port', '0', '--log', log]);
    expect(end).toMatchObject({ code: 5, stdout: '' });
    expect(end.stderr).toContain('[EVENT_LOG_KAFKA_UNSAFE]');
    expect(end.stderr).toContain('topic card-events: partitions are 3, wanted is 12');
    expect(end.stderr).toContain('set MILLRACE_LANES=3');
    // Made by hand, it has Kafka's defaults: all of them are told at once.
    expect(end.stderr).toContain('REFUSED KAFKA_TOPIC_TIMESTAMP_TYPE');
    expect(end.stderr).toContain('REFUSED KAFKA_TOPIC_RETENTION');
    const doctor = await run(['doctor', '--log', log, '--json']);
    expect(doctor.code).toBe(1);
    expect(JSON.parse(doctor.stdout)).toMatchObject({ ok: false });
    expect(doctor.stdout).toContain('KAFKA_TOPIC_PARTITIONS');
  });

  it('unless the risk is accepted by its code', async () => {
    const topic = [
      '--topic',
      'risky.alerts',
      '--partitions',
      '4',
      '--config',
      'cleanup.policy=compact',
    ];
    const where = ['--bootstrap-server', cluster.bootstrap.join(',')];
    await cluster.java('org.apache.kafka.tools.TopicCommand', [...where, '--create', ...topic]);
    const log = `kafka://${cluster.bootstrap.join(',')}/risky`;
    const risks = [
      'KAFKA_TOPIC_TIMESTAMP_TYPE',
      'KAFKA_TOPIC_MAX_BYTES',
      'KAFKA_TOPIC_DELETE_RETENTION',
      'KAFKA_TOPIC_COMPACTION_LAG',
    ];
    const settings = { MILLRACE_LANES: '4' };
    expect((await run(['doctor', '--log', log], settings)).code).toBe(1);
    const accepted = { ...settings, MILLRACE_KAFKA_ALLOW_UNSAFE: risks.join(',') };
    const doctor = await run(['doctor', '--log', log], accepted);
    expect(doctor.code).toBe(0);
    expect(doctor.stdout).toContain('accepted by MILLRACE_KAFKA_ALLOW_UNSAFE:');
  });
});
