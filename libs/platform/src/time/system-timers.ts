/**
 * The timers of the machine. A schedule never keeps a process alive by itself; a delay does.
 */
import type { CancelSchedule, ErrorSink, Timers } from './timers.port';

/** Timers on `setTimeout`. */
export class SystemTimers implements Timers {
  schedule(everyMs: number, task: () => Promise<void> | void, onError: ErrorSink): CancelSchedule {
    let cancelled = false;
    let handle: NodeJS.Timeout | undefined;
    const again = (): void => {
      if (cancelled) return;
      handle = setTimeout(() => void run(), everyMs);
      handle.unref();
    };
    const run = async (): Promise<void> => {
      try {
        await task();
      } catch (error) {
        onError(error);
      }
      again();
    };
    again();
    return () => {
      cancelled = true;
      clearTimeout(handle);
    };
  }

  delay(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(handle);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const handle = setTimeout(done, ms);
      signal?.addEventListener('abort', done, { once: true });
    });
  }
}
