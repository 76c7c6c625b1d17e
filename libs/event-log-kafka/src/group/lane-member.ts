/**
 * One member of a group on the classic group protocol, cooperative: lanes that stay are never
 * revoked. Joins again whenever the group changes or it has let lanes go, joins anew when it was
 * given up, and never stops by itself once it was in the group, unless a callback of its user fails.
 */
import { type GroupOptions, LogClosedError, LogUnavailableError } from '@millrace/event-log';
import type { KafkaLimits } from '../kafka-options';
import type { KafkaObserver } from '../observer.port';
import type { JoinAnswer, MemberIdentity } from '../wire/group-calls';
import { RequestFailedError } from '../wire/request-failed.errors';
import type { GroupCoordinator, MemberTime, PlacedGroup } from './coordinator.port';
import { Heart } from './heart';
import { HeldLanes } from './held-lanes';
import { joinVerdict, refusalOf } from './join-verdict';
import { decidedAssignments } from './leader';
import { leaveGroup } from './leave-group';
import { decodeAssignment, encodeClaims } from './member-messages';
import { Outcome } from './outcome';

/** What a member is made of. */
export interface MemberParts {
  readonly coordinator: GroupCoordinator;
  readonly time: MemberTime;
  readonly limits: Pick<
    KafkaLimits,
    'heartbeatMs' | 'sessionTimeoutMs' | 'operationTimeoutMs' | 'retryPauseMs' | 'retryPauseMaxMs'
  >;
  readonly observer: KafkaObserver;
  readonly group: PlacedGroup;
  readonly options: Pick<GroupOptions, 'address' | 'onAssigned' | 'onRevoked'>;
}

/** Joins when it is made. */
export class LaneMember {
  readonly #parts: MemberParts;
  readonly #lanes: HeldLanes;
  readonly #ended = new AbortController();
  readonly #settled = new Outcome();
  /** While it is in the group. */
  #heart: Heart | undefined;
  #memberId = '';
  #assignedIn = -1;
  #isRejoinWanted = true;
  #wake: () => void = () => undefined;
  /** Set from the moment of the loss until all lanes are let go. */
  #lostBy: Error | undefined;
  #wasAdmitted = false;
  #answeredMs: number;
  #isLeaving = false;
  #failure: { readonly error: unknown } | undefined;
  #quitting: Promise<void> | undefined;

  constructor(parts: MemberParts) {
    this.#parts = parts;
    this.#answeredMs = parts.time.nowMs();
    const { onAssigned, onRevoked } = parts.options;
    this.#lanes = new HeldLanes({
      onAssigned,
      onRevoked,
      onReleased: () => this.#released(),
      onFailed: (error) => this.#fail(error),
    });
    void this.#run();
  }

  /** Empty before the coordinator has given one; another one after the member was given up. */
  get memberId(): string {
    return this.#memberId;
  }

  /** Undefined while it is not in the group. */
  get identity(): MemberIdentity | undefined {
    return this.#heart?.identity;
  }

  /**
   * Resolves when a placement with this member is settled, and applied here.
   * @throws LogUnavailableError no coordinator answered for `operationTimeoutMs`
   * @throws InvalidRecordError the group was joined with other topics
   * @throws LogClosedError it was told to leave before; what a callback has rejected with
   */
  settled(): Promise<void> {
    return this.#settled.promise;
  }

  /**
   * Lets all lanes go, then leaves. Heartbeats go on as long as that takes. Idempotent.
   * @throws what a callback has rejected with, now or before
   * @throws LogUnavailableError the coordinator could not be told for a session's time: it gives
   *   the member up by itself
   */
  async leave(): Promise<void> {
    this.#isLeaving = true;
    await this.#lanes.dropAll();
    await this.#quit();
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #run(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      if (this.#lostBy !== undefined) {
        await this.#lanes.dropAll();
        this.#lostBy = undefined;
        this.#isRejoinWanted = true;
      } else if (this.#isRejoinWanted) {
        await this.#join();
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  // A member that leaves and has let everything go says so by leaving, in a moment.
  #released(): void {
    const { owned, releasing } = this.#lanes.claims();
    const isGoing = this.#isLeaving && owned.length + releasing.length === 0;
    if (!isGoing) this.#wantRejoin();
  }

  #wantRejoin(): void {
    this.#isRejoinWanted = true;
    this.#wake();
  }

  async #join(): Promise<void> {
    const { limits, time } = this.#parts;
    const startedMs = time.nowMs();
    this.#heart?.rejoining();
    let pauseMs = limits.retryPauseMs;
    for (let attempt = 1; !this.#isInterrupted(); attempt++) {
      try {
        await this.#joinOnce();
        return;
      } catch (error) {
        if (this.#isInterrupted()) return;
        const isUnheard = this.#judge(error, { attempt, elapsedMs: time.nowMs() - startedMs });
        await time.pause(isUnheard ? pauseMs : limits.retryPauseMs, this.#ended.signal);
        if (isUnheard) pauseMs = Math.min(pauseMs * 2, limits.retryPauseMaxMs);
      }
    }
  }

  async #joinOnce(): Promise<void> {
    const { coordinator, group, time } = this.#parts;
    const metadata = this.#metadata();
    // What is let go from here on has to be told by another join.
    this.#isRejoinWanted = false;
    const joined = await coordinator.join({ memberId: this.#memberId, metadata });
    if (this.#isInterrupted()) return;
    this.#answeredMs = time.nowMs();
    this.#memberId = joined.memberId;
    // A new member is given its id first, and joins with it then.
    if (joined.errorCode !== 0) return this.#joinOnce();
    this.#heart ??= this.#beginToBeat(joined);
    this.#heart.enter(joined.generationId);
    const decided = decidedAssignments(group, joined);
    const assignment = await coordinator.sync(this.#heart.identity, decided);
    if (this.#isInterrupted()) return;
    this.#accept(joined.generationId, assignment);
  }

  #accept(generation: number, assignment: Buffer): void {
    const { group, observer, time } = this.#parts;
    const { lanes, settled } = decodeAssignment(assignment);
    this.#answeredMs = time.nowMs();
    this.#assignedIn = generation;
    this.#wasAdmitted = true;
    this.#heart?.joined(settled);
    observer.event({ kind: 'rebalance', groupId: group.groupId, generation });
    this.#lanes.take(this.#isLeaving ? [] : lanes);
    if (settled) void this.#settle(this.#heart);
  }

  async #settle(heart: Heart | undefined): Promise<void> {
    await this.#lanes.applied();
    if (this.#heart === heart && !this.#isInterrupted()) this.#settled.resolve();
  }

  #metadata(): Buffer {
    const { group, options } = this.#parts;
    return encodeClaims(group.topics, {
      ...(options.address === undefined ? {} : { address: options.address }),
      ...this.#lanes.claims(),
      generation: this.#assignedIn,
      leaving: this.#isLeaving,
    });
  }

  #beginToBeat({ memberId, generationId }: JoinAnswer): Heart {
    const { coordinator, group, limits, observer, time } = this.#parts;
    const onRebalance = (): void => this.#wantRejoin();
    const onLost = (error: Error): void => this.#lose(error);
    const beating = { coordinator, group, limits, observer, time, memberId, onRebalance, onLost };
    return new Heart(beating, generationId);
  }

  // Whether nobody has answered: then the pauses before the next tries grow.
  #judge(error: unknown, tried: { readonly attempt: number; readonly elapsedMs: number }): boolean {
    const { group, limits, observer, time } = this.#parts;
    const verdict = joinVerdict(error);
    if (verdict === 'again' || verdict === 'lost') {
      this.#answeredMs = time.nowMs();
      if (verdict === 'lost') this.#lose(asError(error));
      return false;
    }
    const operation = `joining group ${group.groupId}`;
    const isOver = time.nowMs() - this.#answeredMs >= limits.operationTimeoutMs;
    if (verdict === 'closed') this.#fail(error);
    else if (verdict === 'refused' && !this.#wasAdmitted) {
      this.#fail(refusalOf(group.groupId, error));
    } else if (isOver && !this.#wasAdmitted) this.#fail(new LogUnavailableError(operation, error));
    else {
      const deadlineMs = this.#wasAdmitted ? Number.POSITIVE_INFINITY : limits.operationTimeoutMs;
      observer.event({ kind: 'retry', operation, ...tried, deadlineMs, error: asError(error) });
    }
    return true;
  }

  #isInterrupted(): boolean {
    return this.#ended.signal.aborted || this.#lostBy !== undefined;
  }

  // The group may have given all lanes to others: they are let go from this moment on.
  #lose(error: Error): void {
    if (this.#isInterrupted()) return;
    const { coordinator, group, observer } = this.#parts;
    const wasIn = this.#heart !== undefined;
    this.#lostBy = error;
    this.#heart?.stop();
    this.#heart = undefined;
    this.#assignedIn = -1;
    if (isForgotten(error)) this.#memberId = '';
    coordinator.abandonPolls();
    if (wasIn) observer.event({ kind: 'member-lost', groupId: group.groupId, error });
    void this.#lanes.dropAll();
    this.#wake();
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    void this.#lanes.dropAll();
    void this.#quit().catch(() => undefined);
  }

  #quit(): Promise<void> {
    this.#quitting ??= this.#quitOnce();
    return this.#quitting;
  }

  async #quitOnce(): Promise<void> {
    const { coordinator } = this.#parts;
    this.#ended.abort();
    this.#heart?.stop();
    this.#heart = undefined;
    coordinator.abandonPolls();
    this.#wake();
    try {
      if (this.#memberId !== '') await leaveGroup(this.#parts, this.#memberId);
    } finally {
      coordinator.close();
      this.#settled.reject(
        this.#failure === undefined ? new LogClosedError() : this.#failure.error,
      );
    }
  }
}

const isForgotten = (error: Error): boolean =>
  error instanceof RequestFailedError &&
  (error.type === 'UNKNOWN_MEMBER_ID' || error.type === 'FENCED_INSTANCE_ID');

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));
