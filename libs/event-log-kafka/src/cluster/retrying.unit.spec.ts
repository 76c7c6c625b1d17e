import type { KafkaEvent } from '../observer.port';
import { type Retryable, retrying, type Verdict } from './retrying';

const limits = { operationTimeoutMs: 200, retryPauseMs: 1, retryPauseMaxMs: 4 };

const run = (
  attempt: Retryable<string>['attempt'],
  verdict: Verdict,
  more: Partial<Retryable<string>> = {},
) => {
  const events: KafkaEvent[] = [];
  const result = retrying(
    { operation: 'a test', attempt, judge: () => verdict, ...more },
    { limits, observer: { event: (event) => events.push(event) } },
  );
  return { result, events };
};

const failing = (times: number) => async (attempt: number) => {
  if (attempt <= times) throw new Error(`failure ${attempt}`);
  return `attempt ${attempt}`;
};

describe('an operation that is tried again', () => {
  it('ends with its first success, and each retry was told', async () => {
    const { result, events } = run(failing(3), 'retry');
    expect(await result).toBe('attempt 4');
    expect(events).toMatchObject(
      [1, 2, 3].map((attempt) => ({
        kind: 'retry',
        operation: 'a test',
        attempt,
        deadlineMs: 200,
      })),
    );
  });

  it('ends at once with a failure that is final', async () => {
    const { result, events } = run(failing(3), 'fail');
    await expect(result).rejects.toThrow('failure 1');
    expect(events).toEqual([]);
  });

  it.each(['retry', 'retry-soon'] as const)('is not tried for ever (%s)', async (verdict) => {
    const { result } = run(failing(Number.POSITIVE_INFINITY), verdict, { timeoutMs: 20 });
    await expect(result).rejects.toThrow(/^failure \d+$/);
  });

  it('is not tried again after its signal', async () => {
    const stop = new AbortController();
    const attempt = async () => {
      stop.abort();
      throw new Error('failure');
    };
    const { result, events } = run(attempt, 'retry', { signal: stop.signal });
    await expect(result).rejects.toThrow('failure');
    expect(events).toEqual([]);
  });
});
