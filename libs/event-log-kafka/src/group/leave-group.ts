/** Tells the coordinator that a member leaves, for as long as the member may be in the group. */
import { LogUnavailableError } from '@millrace/event-log';
import type { KafkaLimits } from '../kafka-options';
import type { KafkaObserver } from '../observer.port';
import type { GroupCoordinator, GroupName, MemberTime } from './coordinator.port';
import { joinVerdict } from './join-verdict';

/** What leaving needs. */
export interface LeavingParts {
  readonly coordinator: GroupCoordinator;
  readonly time: MemberTime;
  readonly limits: Pick<KafkaLimits, 'sessionTimeoutMs' | 'retryPauseMs' | 'retryPauseMaxMs'>;
  readonly observer: KafkaObserver;
  readonly group: GroupName;
}

/**
 * Resolves when the coordinator does not know the member any more.
 * @throws LogUnavailableError it could not be told for a session's time, after which it gives the
 *   member up by itself
 */
export const leaveGroup = async (parts: LeavingParts, memberId: string): Promise<void> => {
  const { coordinator, group, limits, observer, time } = parts;
  const startedMs = time.nowMs();
  let pauseMs = limits.retryPauseMs;
  for (let attempt = 1; ; attempt++) {
    try {
      await coordinator.leave(memberId);
      return;
    } catch (error) {
      const verdict = joinVerdict(error);
      if (verdict === 'lost' || verdict === 'closed') return;
      const elapsedMs = time.nowMs() - startedMs;
      const deadlineMs = limits.sessionTimeoutMs;
      if (verdict === 'refused' || elapsedMs + pauseMs >= deadlineMs || !(error instanceof Error)) {
        throw new LogUnavailableError(`leaving group ${group.groupId}`, error);
      }
      const operation = `leaving group ${group.groupId}`;
      observer.event({ kind: 'retry', operation, attempt, elapsedMs, deadlineMs, error });
      await time.pause(pauseMs);
      pauseMs = Math.min(pauseMs * 2, limits.retryPauseMaxMs);
    }
  }
};
