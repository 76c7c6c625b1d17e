/**
 * Tries an operation again until it succeeds, fails for good, or its time is over. Every retry is
 * told to the observer; nothing is tried without an end.
 */
import type { KafkaLimits } from '../kafka-options';
import type { KafkaObserver } from '../observer.port';

/** What to do after a failure. */
export type Verdict =
  /** Try again after the next pause, which grows. */
  | 'retry'
  /** Try again after the first, short pause: the broker will be ready in a moment. */
  | 'retry-soon'
  | 'fail';

/** An operation that may be tried again. */
export interface Retryable<T> {
  /** Named in events and errors. */
  readonly operation: string;
  /** Default: the limits' `operationTimeoutMs`. */
  readonly timeoutMs?: number;
  readonly attempt: (attempt: number) => Promise<T>;
  /** Judges a failure; may await what mends it (metadata, a coordinator's new place). */
  readonly judge: (error: unknown) => Verdict | Promise<Verdict>;
  /** Ends the tries early. */
  readonly signal?: AbortSignal;
}

/** What the tries are bounded by and told to. */
export interface RetrySurroundings {
  readonly limits: Pick<KafkaLimits, 'operationTimeoutMs' | 'retryPauseMs' | 'retryPauseMaxMs'>;
  readonly observer: KafkaObserver;
}

/**
 * @returns the first success
 * @throws the last failure, when it is final or the time is over
 */
export const retrying = async <T>(
  operation: Retryable<T>,
  { limits, observer }: RetrySurroundings,
): Promise<T> => {
  const startedMs = performance.now();
  const deadlineMs = operation.timeoutMs ?? limits.operationTimeoutMs;
  let pauseMs = limits.retryPauseMs;
  for (let attempt = 1; ; attempt++) {
    try {
      return await operation.attempt(attempt);
    } catch (error) {
      const verdict = await operation.judge(error);
      const elapsedMs = performance.now() - startedMs;
      const waitMs = verdict === 'retry-soon' ? limits.retryPauseMs : jittered(pauseMs);
      const isOver = elapsedMs + waitMs >= deadlineMs || operation.signal?.aborted === true;
      if (verdict === 'fail' || isOver || !(error instanceof Error)) throw error;
      observer.event({
        kind: 'retry',
        operation: operation.operation,
        attempt,
        elapsedMs,
        deadlineMs,
        error,
      });
      await pause(waitMs, operation.signal);
      if (verdict === 'retry') pauseMs = Math.min(pauseMs * 2, limits.retryPauseMaxMs);
    }
  }
};

/** Resolves after this time, or at the signal. */
export const pause = (waitMs: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, waitMs);
    signal?.addEventListener('abort', done);
  });

const jittered = (pauseMs: number): number => pauseMs * (0.75 + Math.random() * 0.5);
