import type { Finding, KafkaEvent } from '@millrace/event-log-kafka';
import type { LogFields } from '../logging/service-log.port';
import { Metrics } from '../metrics/metrics';
import { kindOfOperation, lineOf } from './kafka-event-lines';
import { KafkaEvents } from './kafka-events';

const error = new Error('no answer');
const retry = (attempt: number, elapsedMs: number): KafkaEvent => ({
  kind: 'retry',
  operation: 'append of writer owner-1',
  attempt,
  elapsedMs,
  deadlineMs: 30_000,
  error,
});

const finding: Finding = {
  code: 'KAFKA_CLUSTER_SMALL',
  severity: 'warn',
  subject: 'cluster',
  found: 'brokers are 1',
  wanted: '3 or more',
  reason: 'one disk',
  cure: 'add brokers',
};

const sinks = () => {
  const lines: (LogFields & { readonly level: string; readonly event: string })[] = [];
  const at =
    (level: string) =>
    (event: string, _message: string, fields: LogFields = {}) =>
      void lines.push({ level, event, ...fields });
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  return { lines, log, metrics: new Metrics() };
};

describe('events of the log on Kafka', () => {
  it('are lines with a code, fields and the error, and counters by kind of operation', async () => {
    const events = new KafkaEvents();
    const { lines, log, metrics } = sinks();
    events.tellTo({ log, metrics }, []);
    events.event(retry(4, 2_000));
    events.event({ kind: 'writer-fenced', writerId: 'owner-1' });
    expect(lines).toEqual([
      expect.objectContaining({ level: 'warn', event: 'KAFKA_RETRY', attempt: 4, err: error }),
      { level: 'warn', event: 'KAFKA_WRITER_FENCED', writerId: 'owner-1' },
    ]);
    const text = await metrics.registry.metrics();
    expect(text).toContain('millrace_kafka_retries_total{operation="append"} 1');
    expect(text).toContain('millrace_kafka_writers_fenced_total 1');
    expect(text).toContain('millrace_kafka_rebalances_total 0');
  });

  it('before somebody listens are kept, a thousand of them, and the rest is counted', () => {
    const events = new KafkaEvents();
    for (let i = 0; i < 1_003; i++) events.event({ kind: 'connected', broker: `b${i}` });
    const { lines, ...into } = sinks();
    events.tellTo(into, [finding]);
    expect(lines).toHaveLength(1_002);
    expect(lines.at(-2)).toEqual({ level: 'warn', event: 'KAFKA_EVENTS_DROPPED', dropped: 3 });
    expect(lines.at(-1)).toMatchObject({ event: 'KAFKA_FINDING', finding: 'KAFKA_CLUSTER_SMALL' });
  });

  it.each([
    [1, 999, 'debug'],
    [1, 1_000, 'warn'],
    [3, 1_000, 'debug'],
    [4, 1_000, 'warn'],
  ])('a try number %i after %i ms is told at level %s', (attempt, elapsedMs, level) => {
    expect(lineOf(retry(attempt, elapsedMs)).level).toBe(level);
  });

  it.each([
    ['append of writer owner-1', 'append'],
    ['end of a transaction of writer owner-1', 'end of a transaction'],
    ['heartbeat in group detect', 'heartbeat'],
    ['positions of group detect', 'positions'],
    ['joining group detect', 'joining group'],
    ['opening writer owner-1', 'opening writer'],
    ['reading card-events/0', 'reading'],
    ['reading card-events/0, alerts/11', 'reading'],
    ['reading the incarnation', 'reading the incarnation'],
    ['creating topics', 'creating topics'],
  ])('%s is of the kind %s', (operation, kind) => {
    expect(kindOfOperation(operation)).toBe(kind);
  });
});
