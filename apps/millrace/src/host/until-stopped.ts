/** Waits for a signal, then stops a system within its deadline. */
import { installShutdown, SystemTimers } from '@millrace/platform';
import type { System } from './start-system';

/** @returns the exit code: 0 for a clean stop; a second signal ends the process at once */
export const untilStopped = (system: System): Promise<number> =>
  new Promise((resolve) => {
    const release = installShutdown({
      stop: () => system.close(),
      deadlineMs: system.shutdownDeadlineMs,
      timers: new SystemTimers(),
      signals: process,
      exit: (code) => {
        release();
        // A clean stop ends by itself; anything else must not wait for what hangs.
        if (code === 0) resolve(0);
        else process.exit(code);
      },
      onTrouble: (event, error) => {
        const why = error instanceof Error ? `: ${error.message}` : '';
        process.stderr.write(`millrace: ${event}${why}\n`);
      },
    });
  });
