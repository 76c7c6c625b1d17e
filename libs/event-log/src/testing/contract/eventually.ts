/** Waits for what another member has to hear of first. */
import type { LogUnderTest } from './log-under-test';

// With waits of about 20 ms: some 20 s, twice a member's session.
const MOST_WAITS = 1_000;

/**
 * Returns as soon as the condition holds, or may not be waited for any longer: check it afterwards.
 * A log whose members share a process has no `wait`: there the condition has to hold at once.
 */
export const eventually = async (
  { wait }: Pick<LogUnderTest, 'wait'>,
  condition: () => boolean,
): Promise<void> => {
  for (let waits = 0; wait !== undefined && waits < MOST_WAITS && !condition(); waits++) {
    await wait();
  }
};
