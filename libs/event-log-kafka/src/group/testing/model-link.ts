/** One member's way to the model: takes its time, and can be cut, held up, or end with its process. */
import type { JoinAnswer, MemberIdentity } from '../../wire/group-calls';
import { RequestFailedError } from '../../wire/request-failed.errors';
import type {
  EncodedAssignments,
  GroupCoordinator,
  JoinRequest,
  MemberTime,
} from '../coordinator.port';
import type { CoordinatorModel } from './coordinator-model';

/** What a link is made of. */
export interface LinkSettings {
  readonly time: MemberTime;
  /** Latency of the next way there or back, ms. */
  readonly latencyMs: () => number;
  /** After this a request over a cut link fails, beyond what the coordinator may take by itself. */
  readonly requestTimeoutMs: number;
  /** How long the coordinator may keep a long poll. */
  readonly pollMs: number;
}

/** See the top of the file. */
export class ModelLink implements GroupCoordinator {
  #polls = new AbortController();
  #isCut = false;
  #isDead = false;
  #refusal: Error | undefined;
  #answersAfterMs = 0;
  /** Every id that the member was given. */
  readonly memberIds = new Set<string>();

  constructor(
    readonly model: CoordinatorModel,
    readonly settings: LinkSettings,
  ) {}

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Requests and answers get lost from now on, or no more. */
  cut(isCut: boolean): void {
    this.#isCut = isCut;
  }

  /** The next request is answered with this. */
  refuseNext(error: Error): void {
    this.#refusal = error;
  }

  /** Answers of long polls are on their way for this much longer from now on. */
  delayPolls(ms: number): void {
    this.#answersAfterMs = ms;
  }

  /** The process has ended: nothing leaves it, nothing in it goes on. */
  die(): void {
    this.#isDead = true;
  }

  join(request: JoinRequest): Promise<JoinAnswer> {
    return this.#poll(async () => {
      const answer = await this.#sent(() => this.model.join(request), this.settings.pollMs);
      this.memberIds.add(answer.memberId);
      return answer;
    });
  }

  sync(member: MemberIdentity, assignments: EncodedAssignments): Promise<Buffer> {
    const sync = (): Promise<Buffer> => this.model.sync(member, assignments);
    return this.#poll(() => this.#sent(sync, this.settings.pollMs));
  }

  heartbeat(member: MemberIdentity): Promise<void> {
    return this.#sent(() => this.model.heartbeat(member));
  }

  leave(memberId: string): Promise<void> {
    return this.#sent(() => this.model.leave(memberId));
  }

  abandonPolls(): void {
    this.#polls.abort();
    this.#polls = new AbortController();
  }

  close(): void {
    this.abandonPolls();
  }

  #poll<T>(request: () => Promise<T>): Promise<T> {
    const { signal } = this.#polls;
    return new Promise((resolve, reject) => {
      const abandon = (): void => reject(lost('connection'));
      const done = (): void => signal.removeEventListener('abort', abandon);
      signal.addEventListener('abort', abandon);
      request().then(resolve, reject).finally(done);
    });
  }

  async #sent<T>(request: () => Promise<T>, pollMs = 0): Promise<T> {
    await this.#travel(pollMs);
    const refusal = this.#refusal;
    this.#refusal = undefined;
    const answered = refusal === undefined ? request() : Promise.reject(refusal);
    const outcome = await answered.then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    if (pollMs > 0) await this.settings.time.pause(this.#answersAfterMs);
    await this.#travel(pollMs);
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  async #travel(pollMs: number): Promise<void> {
    const { time, latencyMs, requestTimeoutMs } = this.settings;
    if (this.#isDead) await new Promise<never>(() => undefined);
    await time.pause(latencyMs());
    if (this.#isDead) await new Promise<never>(() => undefined);
    if (!this.#isCut) return;
    await time.pause(requestTimeoutMs + pollMs);
    throw lost('timeout');
  }
}

const lost = (kind: 'connection' | 'timeout'): RequestFailedError =>
  new RequestFailedError('the request', { kind, mayHaveArrived: true });
