/**
 * A group coordinator in memory, as Kafka's classic one behaves: barriers of JoinGroup and
 * SyncGroup, expiry of sessions, eviction of who does not come back to a rebalance, one stored
 * generation that a new coordinator begins with.
 * Source: Kafka 4.x, GroupMetadataManager.java (classic groups).
 */
import type { JoinAnswer, MemberIdentity } from '../../wire/group-calls';
import { protocolFailure } from '../../wire/protocol-errors';
import { RequestFailedError } from '../../wire/request-failed.errors';
import type { EncodedAssignments, JoinRequest, MemberTime } from '../coordinator.port';

/** Settings of a model. */
export interface ModelSettings {
  readonly time: MemberTime;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  /** Told when a member is removed without having left. */
  readonly onEvicted: (memberId: string, why: 'session' | 'rebalance') => void;
}

interface Waiting<T> {
  readonly answer: (value: T) => void;
  readonly refuse: (error: Error) => void;
}

interface Member {
  readonly memberId: string;
  metadata: Buffer;
  assignment: Buffer;
  heardMs: number;
  joining: Waiting<JoinAnswer> | undefined;
  syncing: Waiting<Buffer> | undefined;
}

type State = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable';

interface Stored {
  readonly generation: number;
  readonly leaderId: string;
  readonly members: readonly Pick<Member, 'memberId' | 'metadata' | 'assignment'>[];
}

const NOTHING = Buffer.alloc(0);
const code = { illegalGeneration: 22, unknownMember: 25, rebalancing: 27, memberIdRequired: 79 };

/** See the top of the file. */
export class CoordinatorModel {
  state: State = 'Empty';
  generation = 0;
  #leaderId = '';
  #members = new Map<string, Member>();
  #pending = new Set<string>();
  #stored: Stored = { generation: 0, leaderId: '', members: [] };
  #rounds = 0;
  #ids = 0;
  #downUntilMs = 0;

  constructor(readonly settings: ModelSettings) {}

  get isUp(): boolean {
    return this.settings.time.nowMs() >= this.#downUntilMs;
  }

  get memberIds(): readonly string[] {
    return [...this.#members.keys()];
  }

  assignmentOf(memberId: string): Buffer {
    return this.#members.get(memberId)?.assignment ?? NOTHING;
  }

  async join({ memberId, metadata }: JoinRequest): Promise<JoinAnswer> {
    this.#checkUp();
    if (memberId === '') return this.#giveId();
    const known = this.#members.get(memberId);
    if (known === undefined && !this.#pending.delete(memberId)) throw refused(code.unknownMember);
    const member = known ?? this.#add(memberId);
    const isChanged = !member.metadata.equals(metadata);
    const isCurrent = this.state === 'CompletingRebalance' || memberId !== this.#leaderId;
    if (known !== undefined && this.state !== 'PreparingRebalance' && !isChanged && isCurrent) {
      return this.#answerTo(member);
    }
    member.metadata = metadata;
    const answer = new Promise<JoinAnswer>((resolve, refuse) => {
      member.joining = { answer: resolve, refuse };
    });
    this.#rebalance();
    return answer;
  }

  async sync(at: MemberIdentity, assignments: EncodedAssignments): Promise<Buffer> {
    const member = this.#memberOf(at);
    if (this.state === 'PreparingRebalance') throw refused(code.rebalancing);
    if (this.state === 'Stable') return member.assignment;
    const answer = new Promise<Buffer>((resolve, refuse) => {
      member.syncing = { answer: resolve, refuse };
    });
    if (at.memberId === this.#leaderId) this.#store(assignments);
    return answer;
  }

  async heartbeat(at: MemberIdentity): Promise<void> {
    const member = this.#memberOf(at);
    this.#heard(member);
    if (this.state === 'PreparingRebalance') throw refused(code.rebalancing);
  }

  async leave(memberId: string): Promise<void> {
    this.#checkUp();
    const isPending = this.#pending.delete(memberId);
    if (!isPending && !this.#members.has(memberId)) throw refused(code.unknownMember);
    this.#remove(memberId);
  }

  /** Another broker takes over: it has what was stored, and answers after this time. */
  failOver(downMs: number): void {
    const { generation, leaderId, members } = this.#stored;
    for (const { joining, syncing } of this.#members.values()) {
      joining?.refuse(unreachable());
      syncing?.refuse(unreachable());
    }
    this.#downUntilMs = this.settings.time.nowMs() + downMs;
    this.#rounds += 1;
    this.#pending.clear();
    this.generation = generation;
    this.#leaderId = leaderId;
    this.#members = new Map();
    this.state = members.length === 0 ? 'Empty' : 'Stable';
    for (const { memberId, metadata, assignment } of members) {
      const member = this.#add(memberId);
      Object.assign(member, { metadata, assignment });
      this.#heard(member, downMs);
    }
  }

  #checkUp(): void {
    if (!this.isUp) throw unreachable();
  }

  #memberOf({ memberId, generationId }: MemberIdentity): Member {
    this.#checkUp();
    const member = this.#members.get(memberId);
    if (member === undefined) throw refused(code.unknownMember);
    if (generationId !== this.generation) throw refused(code.illegalGeneration);
    return member;
  }

  #giveId(): JoinAnswer {
    this.#ids += 1;
    const memberId = `member-${this.#ids}`;
    this.#pending.add(memberId);
    void this.settings.time.pause(this.settings.sessionTimeoutMs).then(() => {
      if (this.#pending.delete(memberId)) this.#completeIfAllJoined();
    });
    const errorCode = code.memberIdRequired;
    return { errorCode, memberId, generationId: -1, leaderId: '', members: [] };
  }

  #add(memberId: string): Member {
    const member: Member = {
      memberId,
      metadata: NOTHING,
      assignment: NOTHING,
      heardMs: this.settings.time.nowMs(),
      joining: undefined,
      syncing: undefined,
    };
    this.#members.set(memberId, member);
    return member;
  }

  #remove(memberId: string): void {
    const member = this.#members.get(memberId);
    this.#members.delete(memberId);
    member?.joining?.refuse(refused(code.unknownMember));
    member?.syncing?.refuse(refused(code.unknownMember));
    if (this.state === 'PreparingRebalance') this.#completeIfAllJoined();
    else this.#rebalance();
  }

  #heard(member: Member, extraMs = 0): void {
    const { time, sessionTimeoutMs, onEvicted } = this.settings;
    const heardMs = time.nowMs() + extraMs;
    member.heardMs = heardMs;
    void time.pause(sessionTimeoutMs + extraMs).then(() => {
      const isPresent = this.#members.get(member.memberId) === member;
      const isWaiting = member.joining !== undefined || member.syncing !== undefined;
      if (!isPresent || isWaiting || member.heardMs !== heardMs) return;
      onEvicted(member.memberId, 'session');
      this.#remove(member.memberId);
    });
  }

  #rebalance(): void {
    for (const member of this.#members.values()) {
      const { syncing } = member;
      member.syncing = undefined;
      if (syncing === undefined) continue;
      this.#heard(member);
      syncing.refuse(refused(code.rebalancing));
    }
    if (this.state !== 'PreparingRebalance') {
      this.state = 'PreparingRebalance';
      this.#rounds += 1;
      const round = this.#rounds;
      void this.settings.time.pause(this.settings.rebalanceTimeoutMs).then(() => {
        if (this.#rounds === round && this.state === 'PreparingRebalance') this.#complete();
      });
    }
    this.#completeIfAllJoined();
  }

  #completeIfAllJoined(): void {
    if (this.state !== 'PreparingRebalance' || this.#pending.size > 0) return;
    const isComplete = [...this.#members.values()].every(({ joining }) => joining !== undefined);
    if (isComplete) this.#complete();
  }

  #complete(): void {
    for (const { joining, memberId } of [...this.#members.values()]) {
      if (joining !== undefined) continue;
      this.#members.delete(memberId);
      this.settings.onEvicted(memberId, 'rebalance');
    }
    this.generation += 1;
    const [first] = this.#members.keys();
    if (!this.#members.has(this.#leaderId)) this.#leaderId = first ?? '';
    this.state = first === undefined ? 'Empty' : 'CompletingRebalance';
    if (first === undefined) {
      this.#stored = { generation: this.generation, leaderId: '', members: [] };
    }
    for (const member of this.#members.values()) {
      const { joining } = member;
      member.joining = undefined;
      this.#heard(member);
      joining?.answer(this.#answerTo(member));
    }
  }

  #answerTo({ memberId }: Member): JoinAnswer {
    const leaderId = this.#leaderId;
    const members =
      memberId === leaderId
        ? [...this.#members.values()].map((member) => ({
            memberId: member.memberId,
            memberMetadata: member.metadata,
          }))
        : [];
    return { errorCode: 0, generationId: this.generation, leaderId, memberId, members };
  }

  #store(assignments: EncodedAssignments): void {
    for (const { memberId, memberAssignment } of assignments) {
      const member = this.#members.get(memberId);
      if (member !== undefined) member.assignment = memberAssignment;
    }
    this.state = 'Stable';
    this.#stored = {
      generation: this.generation,
      leaderId: this.#leaderId,
      members: [...this.#members.values()].map(({ memberId, metadata, assignment }) => ({
        memberId,
        metadata,
        assignment,
      })),
    };
    for (const member of this.#members.values()) {
      const { syncing } = member;
      member.syncing = undefined;
      if (syncing === undefined) continue;
      this.#heard(member);
      syncing.answer(member.assignment);
    }
  }
}

const refused = (errorCode: number): RequestFailedError =>
  protocolFailure('the request', errorCode);

const unreachable = (): RequestFailedError =>
  new RequestFailedError('the request', { kind: 'connection', mayHaveArrived: true });
