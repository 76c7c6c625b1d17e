/**
 * Stopping a process: gracefully within a deadline, by force at the second signal.
 */
import type { Timers } from '../time/timers.port';

/** The part of `process` that is needed. */
export interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

/** How to stop. */
export interface ShutdownPlan {
  /** Ends everything; resolves when nothing is left to do. */
  readonly stop: () => Promise<void>;
  readonly deadlineMs: number;
  /** Ends the process; called exactly once for a graceful or forced end. */
  readonly exit: (code: number) => void;
  readonly timers: Timers;
  readonly signals: SignalSource;
  /** Told what goes wrong: `SHUTDOWN_FAILED`, `SHUTDOWN_DEADLINE_PASSED`, `SHUTDOWN_FORCED`. */
  readonly onTrouble: (event: string, error?: unknown) => void;
}

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Listens for SIGINT and SIGTERM. The first one stops: exit code 0 when `stop` resolved in time,
 * 1 when it rejected or the deadline passed. A second one exits at once with 128 + its number.
 *
 * @returns takes the listeners away again
 */
export const installShutdown = (plan: ShutdownPlan): (() => void) => {
  let stopping = false;
  let ended = false;
  const end = (code: number): void => {
    if (ended) return;
    ended = true;
    plan.exit(code);
  };
  const listener = (signal: keyof typeof exitCodes) => (): void => {
    if (stopping) {
      plan.onTrouble('SHUTDOWN_FORCED');
      end(exitCodes[signal]);
      return;
    }
    stopping = true;
    void stopWithin(plan).then(end);
  };
  const onInterrupt = listener('SIGINT');
  const onTerminate = listener('SIGTERM');
  plan.signals.on('SIGINT', onInterrupt);
  plan.signals.on('SIGTERM', onTerminate);
  return () => {
    plan.signals.off('SIGINT', onInterrupt);
    plan.signals.off('SIGTERM', onTerminate);
  };
};

const stopWithin = async (plan: ShutdownPlan): Promise<number> => {
  const abort = new AbortController();
  const stopped = plan.stop().then(
    () => 0,
    (error: unknown) => {
      plan.onTrouble('SHUTDOWN_FAILED', error);
      return 1;
    },
  );
  const late = plan.timers.delay(plan.deadlineMs, abort.signal).then(() => 'late' as const);
  const first = await Promise.race([stopped, late]);
  abort.abort();
  if (first !== 'late') return first;
  plan.onTrouble('SHUTDOWN_DEADLINE_PASSED');
  return 1;
};
