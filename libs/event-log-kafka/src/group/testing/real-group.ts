/** Members of one group on real brokers, each with a log of its own, as processes have. */
import { randomUUID } from 'node:crypto';
import type { EventLog, GroupMembership, TopicSpec } from '@millrace/event-log';
import { openKafkaLog } from '../../kafka-log';
import type { KafkaLimits } from '../../kafka-options';
import { type KafkaEvent, type KafkaObserver, SILENT } from '../../observer.port';

/** Callbacks of one member, where a test wants more than to see its lanes. */
export interface RealCallbacks {
  readonly onAssigned?: (lanes: readonly number[]) => Promise<void>;
  readonly onRevoked?: (lanes: readonly number[]) => Promise<void>;
}

/** What a member is made of. */
interface MemberParts {
  readonly name: string;
  readonly group: RealGroup;
  readonly log: EventLog;
  readonly events: readonly KafkaEvent[];
  readonly callbacks: RealCallbacks;
}

/** A member with a log of its own. */
export class RealMember {
  /** From the beginning of `onAssigned` to the end of `onRevoked`. */
  readonly lanes = new Set<number>();
  /** What the callbacks were called with: `+3`, `-3`. */
  readonly seen: string[] = [];
  readonly #parts: MemberParts;
  #membership: GroupMembership | undefined;

  constructor(parts: MemberParts) {
    this.#parts = parts;
  }

  get log(): EventLog {
    return this.#parts.log;
  }

  get events(): readonly KafkaEvent[] {
    return this.#parts.events;
  }

  get membership(): GroupMembership {
    if (this.#membership === undefined) throw new Error(`${this.#parts.name} has not joined`);
    return this.#membership;
  }

  async join(): Promise<void> {
    const { callbacks, group, log, name } = this.#parts;
    this.#membership = await log.joinGroup({
      groupId: group.groupId,
      topics: group.topics.map((topic) => topic.name),
      address: `${name}:80`,
      onAssigned: async (gained) => {
        for (const lane of gained) this.lanes.add(lane);
        this.seen.push(...gained.map((lane) => `+${lane}`));
        await callbacks.onAssigned?.(gained);
      },
      onRevoked: async (lost) => {
        await callbacks.onRevoked?.(lost);
        for (const lane of lost) this.lanes.delete(lane);
        this.seen.push(...lost.map((lane) => `-${lane}`));
      },
    });
  }

  /** Leaves and closes the log. Idempotent. */
  async end(): Promise<void> {
    await this.#membership?.leave();
    await this.log.close();
  }
}

/** What a group is made with. */
export interface RealGroupOptions {
  readonly brokers: readonly string[];
  readonly lanes: number;
  readonly limits?: Partial<KafkaLimits>;
  /** Default: one of its own. */
  readonly namespace?: string;
}

/** See the top of the file. */
export class RealGroup {
  readonly namespace: string;
  readonly brokers: readonly string[];
  readonly groupId = 'owners';
  readonly topics: readonly TopicSpec[];
  readonly #options: RealGroupOptions;
  readonly #members: RealMember[] = [];

  constructor(options: RealGroupOptions) {
    this.#options = options;
    this.brokers = options.brokers;
    this.namespace = options.namespace ?? `groups-${randomUUID().slice(0, 8)}.`;
    this.topics = ['events', 'state'].map((name) => ({
      name,
      partitions: options.lanes,
      cleanup: 'delete',
      retentionMs: -1,
    }));
  }

  /** As the brokers know it. */
  get physicalId(): string {
    return `${this.namespace}${this.groupId}`;
  }

  /** A log in the group's namespace, where its topics are; close it. */
  async openLog(observer: KafkaObserver = SILENT): Promise<EventLog> {
    const { limits = {} } = this.#options;
    const { brokers, namespace } = this;
    const log = await openKafkaLog({
      brokers,
      namespace,
      limits,
      clock: { nowMs: () => Date.now() },
      observer,
    });
    await log.ensureTopics(this.topics);
    return log;
  }

  /** A member that has its log, and has not joined. */
  async prepare(name: string, callbacks: RealCallbacks = {}): Promise<RealMember> {
    const events: KafkaEvent[] = [];
    const log = await this.openLog({ event: (event) => events.push(event) });
    const member = new RealMember({ name, group: this, log, events, callbacks });
    this.#members.push(member);
    return member;
  }

  async join(name: string, callbacks: RealCallbacks = {}): Promise<RealMember> {
    const member = await this.prepare(name, callbacks);
    await member.join();
    return member;
  }

  /** Whether these members have every lane, each one, evenly. */
  isPlacedOn(...members: readonly RealMember[]): boolean {
    const { lanes: wanted } = this.#options;
    const held = members.flatMap(({ lanes }) => [...lanes]);
    const loads = members.map(({ lanes }) => lanes.size);
    return (
      held.length === wanted &&
      new Set(held).size === wanted &&
      Math.max(...loads) - Math.min(...loads) <= 1
    );
  }

  /** Ends all members. Idempotent. */
  async end(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.end()));
  }
}
