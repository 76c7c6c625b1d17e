/**
 * Tells the coordinator that a member lives, at its own pace whatever the member does, and tells the
 * member when it does not live any more: refused by the coordinator, or not heard of for a session.
 */
import { LogUnavailableError } from '@millrace/event-log';
import { coordinatorMayHaveMoved } from '../cluster/kafka-cluster';
import type { KafkaLimits } from '../kafka-options';
import type { KafkaObserver } from '../observer.port';
import type { MemberIdentity } from '../wire/group-calls';
import { RequestFailedError } from '../wire/request-failed.errors';
import type { GroupCoordinator, GroupName, MemberTime } from './coordinator.port';

/** What a heart is made of. */
export interface HeartParts {
  readonly coordinator: GroupCoordinator;
  readonly time: MemberTime;
  readonly limits: Pick<KafkaLimits, 'heartbeatMs' | 'sessionTimeoutMs' | 'retryPauseMaxMs'>;
  readonly observer: KafkaObserver;
  readonly group: GroupName;
  readonly memberId: string;
  /** The group rebalances: the member has to join again. */
  readonly onRebalance: () => void;
  /** The group has given the member up, or may have. Called at most once; the heart has stopped. */
  readonly onLost: (error: Error) => void;
}

// While lanes are withheld from somebody, news of the next rebalance is waited for.
const UNSETTLED_SPEED = 5;

/** Begins to beat when it is made. */
export class Heart {
  readonly #parts: HeartParts;
  readonly #stopped = new AbortController();
  #generationId: number;
  #isRejoining = true;
  #isSettled = false;
  /** When the last heartbeat left that was answered: the coordinator has waited since then at most. */
  #heardMs: number;
  #lastFailure: unknown;
  #failures = 0;

  /** @param generationId that the member has just been told: it is alive now */
  constructor(parts: HeartParts, generationId: number) {
    this.#parts = parts;
    this.#generationId = generationId;
    this.#heardMs = parts.time.nowMs();
    void this.#beat();
    void this.#watch();
  }

  get identity(): MemberIdentity {
    const { group, memberId } = this.#parts;
    return { groupId: group.physicalId, memberId, generationId: this.#generationId };
  }

  /** From now until {@link joined}, what the coordinator says of the generation means nothing. */
  rejoining(): void {
    this.#isRejoining = true;
  }

  /** The generation that JoinGroup has answered. */
  enter(generationId: number): void {
    this.#generationId = generationId;
  }

  /** SyncGroup has answered. @param settled false: news is expected soon */
  joined(settled: boolean): void {
    this.#isRejoining = false;
    this.#isSettled = settled;
  }

  /** Idempotent. */
  stop(): void {
    this.#stopped.abort();
  }

  async #beat(): Promise<void> {
    const { time } = this.#parts;
    while (!this.#stopped.signal.aborted) {
      await this.#beatOnce();
      await time.pause(this.#pauseMs(), this.#stopped.signal);
    }
  }

  async #beatOnce(): Promise<void> {
    const { coordinator, time } = this.#parts;
    const sent = this.identity;
    const sentMs = time.nowMs();
    try {
      await coordinator.heartbeat(sent);
      this.#heard(sentMs);
    } catch (error) {
      if (!this.#stopped.signal.aborted) this.#refused(error, sent, sentMs);
    }
  }

  #heard(sentMs: number): void {
    this.#heardMs = sentMs;
    this.#failures = 0;
  }

  #refused(error: unknown, sent: MemberIdentity, sentMs: number): void {
    const type = error instanceof RequestFailedError ? error.type : undefined;
    const isNews = !this.#isRejoining && sent.generationId === this.#generationId;
    switch (type) {
      case 'REBALANCE_IN_PROGRESS':
        this.#heard(sentMs);
        if (!isNews) return;
        this.#isSettled = false;
        this.#parts.onRebalance();
        return;
      case 'ILLEGAL_GENERATION':
        // Mid-way between two generations it is not news. Else one has passed without this member.
        if (isNews) this.#lose(error);
        return;
      case 'UNKNOWN_MEMBER_ID':
      case 'FENCED_INSTANCE_ID':
        this.#lose(error);
        return;
      default:
        this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    const { coordinator, group, limits, observer, time } = this.#parts;
    this.#lastFailure = error;
    this.#failures += 1;
    if (coordinatorMayHaveMoved(error)) coordinator.abandonPolls();
    observer.event({
      kind: 'retry',
      operation: `heartbeat in group ${group.groupId}`,
      attempt: this.#failures,
      elapsedMs: time.nowMs() - this.#heardMs,
      deadlineMs: limits.sessionTimeoutMs,
      error: asError(error),
    });
  }

  #pauseMs(): number {
    const { heartbeatMs, retryPauseMaxMs } = this.#parts.limits;
    if (this.#failures > 0) return Math.min(heartbeatMs / UNSETTLED_SPEED, retryPauseMaxMs);
    return this.#isSettled ? heartbeatMs : heartbeatMs / UNSETTLED_SPEED;
  }

  // Counted from the sending of the last heartbeat that arrived: the coordinator counts from its
  // arrival, so the member begins to let go before the coordinator can give its lanes to others.
  async #watch(): Promise<void> {
    const { group, limits, time } = this.#parts;
    for (;;) {
      const leftMs = this.#heardMs + limits.sessionTimeoutMs - time.nowMs();
      if (this.#stopped.signal.aborted) return;
      if (leftMs <= 0) break;
      await time.pause(leftMs, this.#stopped.signal);
    }
    const what = `heartbeats of group ${group.groupId} for ${limits.sessionTimeoutMs} ms`;
    this.#lose(new LogUnavailableError(what, this.#lastFailure));
  }

  #lose(error: unknown): void {
    if (this.#stopped.signal.aborted) return;
    this.stop();
    this.#parts.coordinator.abandonPolls();
    this.#parts.onLost(asError(error));
  }
}

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));
