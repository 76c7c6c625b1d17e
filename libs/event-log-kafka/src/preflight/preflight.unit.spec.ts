import { findingLines, isFindingCode } from './finding';
import { findingsOf } from './judge-cluster';
import { refuseUnsafe } from './preflight';
import { KafkaUnsafeError } from './preflight.errors';
import { broker, demands, facts, results, safeCluster, table, topic } from './testing/safe-cluster';

const unsafe = () => {
  const settings = { 'message.timestamp.type': 'CreateTime' };
  const topics = [topic(facts, { settings }), topic(table, { settings }), topic(results)];
  const brokers = [broker(1, { 'auto.create.topics.enable': 'true' }), broker(2)];
  return findingsOf(safeCluster({ topics, brokers }), demands);
};

const refusal = (allowed: readonly string[]) => {
  try {
    refuseUnsafe(unsafe(), new Set(allowed));
    return undefined;
  } catch (error) {
    if (error instanceof KafkaUnsafeError) return error;
    throw error;
  }
};

describe('unsafe settings', () => {
  it('are refused all at once, with each reason and cure', () => {
    const error = refusal([]);
    expect(error?.code).toBe('EVENT_LOG_KAFKA_UNSAFE');
    expect(error?.findings.map(({ code }) => code)).toEqual([
      'KAFKA_AUTO_CREATE_TOPICS',
      'KAFKA_TOPIC_TIMESTAMP_TYPE',
      'KAFKA_TOPIC_TIMESTAMP_TYPE',
    ]);
    expect(error?.message).toContain('imported history goes at once');
    expect(error?.message).toContain('--entity-name test.table');
    expect(error?.message).toContain('set auto.create.topics.enable=false');
  });

  it('are accepted by their codes alone', () => {
    expect(refusal(['KAFKA_AUTO_CREATE_TOPICS'])?.findings.map(({ code }) => code)).toEqual([
      'KAFKA_TOPIC_TIMESTAMP_TYPE',
      'KAFKA_TOPIC_TIMESTAMP_TYPE',
    ]);
    expect(refusal(['KAFKA_AUTO_CREATE_TOPICS', 'KAFKA_TOPIC_TIMESTAMP_TYPE'])).toBeUndefined();
  });

  it('that only warn stop nothing', () => {
    const warnings = unsafe().filter(({ severity }) => severity === 'warn');
    expect(warnings.map(({ code }) => code)).toEqual(['KAFKA_BROKER_DOWN']);
    expect(refuseUnsafe(warnings, new Set())).toEqual(warnings);
  });

  it('are told kind by kind', () => {
    const lines = findingLines(unsafe());
    const heads = lines.filter((line) => !line.startsWith(' '));
    expect(heads.map((line) => line.split(':')[0])).toEqual([
      'REFUSED KAFKA_AUTO_CREATE_TOPICS',
      'REFUSED KAFKA_TOPIC_TIMESTAMP_TYPE',
      'warning KAFKA_BROKER_DOWN',
    ]);
    expect(lines).toHaveLength(7);
  });

  it('that are the same at several places are said once', () => {
    const more = [facts, table].map((spec) => topic({ ...spec, partitions: 3 }));
    const lines = findingLines(findingsOf(safeCluster({ topics: more }), demands));
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('  topic facts, topic table: partitions are 3, wanted is 2;');
  });

  it('have codes that can be told from others', () => {
    expect(isFindingCode('KAFKA_TOPIC_TIMESTAMP_TYPE')).toBe(true);
    expect(isFindingCode('KAFKA_TOPIC_TIMESTAMP')).toBe(false);
    expect(isFindingCode('toString')).toBe(false);
  });
});
