/**
 * Processes with one member each, on one modelled coordinator. The scene watches every lane: who
 * works on it, from `onAssigned` until the end of `onRevoked`, and notes when two do.
 */
import type { KafkaEvent } from '../../observer.port';
import { LaneMember } from '../lane-member';
import { CoordinatorModel } from './coordinator-model';
import { ModelLink } from './model-link';
import { VirtualTime } from './virtual-time';

export const SCENE_LIMITS = {
  heartbeatMs: 500,
  sessionTimeoutMs: 10_000,
  rebalanceTimeoutMs: 30_000,
  operationTimeoutMs: 30_000,
  retryPauseMs: 2,
  retryPauseMaxMs: 500,
} as const;

const REQUEST_TIMEOUT_MS = 2_500;

/** How one process behaves. */
export interface Behaviour {
  readonly assignMs?: number;
  readonly revokeMs?: number;
  /** The callback of this number, counted from 1, rejects; 0: none does. */
  readonly failsAt?: number;
  /** Called inside the callbacks. */
  readonly onAssigned?: (lanes: readonly number[]) => Promise<void>;
  readonly onRevoked?: (lanes: readonly number[]) => Promise<void>;
}

/** What a scene is made with. */
export interface SceneOptions {
  readonly lanes: number;
  /** Next latency of a way, ms; default 1. */
  readonly latencyMs?: () => number;
}

interface ProcessParts {
  readonly name: string;
  readonly link: ModelLink;
  readonly member: LaneMember;
  readonly events: readonly KafkaEvent[];
}

/** A process: what it works on, what it was told. */
export class SceneProcess {
  readonly holding = new Set<number>();
  readonly revoking = new Set<number>();
  readonly seen: string[] = [];
  /** It has crashed, or left. */
  isGone = false;
  isCut = false;
  /** A callback runs: the next one waits for it. */
  isBusy = false;
  /** Callbacks that were called so far. */
  callbacks = 0;
  joined = false;
  failure: unknown;

  readonly name: string;
  readonly link: ModelLink;
  readonly member: LaneMember;
  readonly events: readonly KafkaEvent[];

  constructor({ name, link, member, events }: ProcessParts) {
    this.name = name;
    this.link = link;
    this.member = member;
    this.events = events;
  }

  get lanes(): readonly number[] {
    return [...this.holding].sort((a, b) => a - b);
  }

  async cutFor(pause: () => Promise<void>): Promise<void> {
    this.isCut = true;
    this.link.cut(true);
    await pause();
    this.link.cut(false);
    this.isCut = false;
  }

  crash(): void {
    this.isGone = true;
    this.link.die();
  }

  async leave(): Promise<void> {
    this.isGone = true;
    await this.member.leave();
  }
}

/** See the top of the file. */
export class GroupScene {
  readonly time = new VirtualTime();
  readonly model: CoordinatorModel;
  readonly processes: SceneProcess[] = [];
  /** What must never happen. */
  readonly violations: string[] = [];
  readonly #workers = new Map<number, Set<SceneProcess>>();

  constructor(readonly options: SceneOptions) {
    this.model = new CoordinatorModel({
      time: this.time,
      sessionTimeoutMs: SCENE_LIMITS.sessionTimeoutMs,
      rebalanceTimeoutMs: SCENE_LIMITS.rebalanceTimeoutMs,
      onEvicted: (memberId, why) => this.#evicted(memberId, why),
    });
  }

  get present(): readonly SceneProcess[] {
    return this.processes.filter(({ isGone }) => !isGone);
  }

  /** Every lane has one process that is there, evenly, and nobody is under way. */
  get isCalm(): boolean {
    const { present } = this;
    const held = present.flatMap(({ lanes }) => lanes);
    const loads = present.map(({ holding }) => holding.size);
    return (
      this.model.isUp &&
      (present.length === 0 || new Set(held).size === this.options.lanes) &&
      held.length === (present.length === 0 ? 0 : this.options.lanes) &&
      Math.max(...loads) - Math.min(...loads) <= (present.length === 0 ? Infinity : 1) &&
      present.every(({ joined, isBusy, isCut }) => joined && !isBusy && !isCut)
    );
  }

  /** Starts a process, which begins to join. */
  start(name: string, behaviour: Behaviour = {}): SceneProcess {
    const { assignMs = 0, revokeMs = 0, failsAt = 0 } = behaviour;
    const link = new ModelLink(this.model, {
      time: this.time,
      latencyMs: this.options.latencyMs ?? (() => 1),
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
      pollMs: SCENE_LIMITS.rebalanceTimeoutMs / 4,
    });
    const events: KafkaEvent[] = [];
    const member = new LaneMember({
      coordinator: link,
      time: this.time,
      limits: SCENE_LIMITS,
      observer: { event: (event) => events.push(event) },
      group: {
        groupId: 'g',
        physicalId: 'g',
        topics: ['t'],
        lanes: this.options.lanes,
      },
      options: {
        address: `${name}:80`,
        onAssigned: async (lanes) => {
          this.#began(process, lanes);
          await this.#busy(process, assignMs, failsAt);
          await behaviour.onAssigned?.(lanes);
        },
        onRevoked: async (lanes) => {
          for (const lane of lanes) process.revoking.add(lane);
          try {
            await this.#busy(process, revokeMs, failsAt);
            await behaviour.onRevoked?.(lanes);
          } finally {
            this.#ended(process, lanes);
          }
        },
      },
    });
    const process = new SceneProcess({ name, link, member, events });
    this.processes.push(process);
    member.settled().then(
      () => {
        process.joined = true;
      },
      (error: unknown) => {
        process.failure = error;
        process.isGone = true;
      },
    );
    return process;
  }

  /** Starts a process and waits until it has joined. */
  async joined(name: string, behaviour: Behaviour = {}): Promise<SceneProcess> {
    const process = this.start(name, behaviour);
    await this.time.until(process.member.settled());
    return process;
  }

  async #busy(process: SceneProcess, forMs: number, failsAt: number): Promise<void> {
    if (process.isBusy) this.violations.push(`${process.name}: two callbacks run at once`);
    process.isBusy = true;
    process.callbacks += 1;
    const fails = process.callbacks === failsAt;
    await this.time.pause(forMs);
    process.isBusy = false;
    if (!fails) return;
    process.isGone = true;
    throw new Error(`callback ${failsAt} fails`);
  }

  #began(process: SceneProcess, lanes: readonly number[]): void {
    process.seen.push(...lanes.map((lane) => `+${lane}`));
    for (const lane of lanes) {
      if (process.revoking.has(lane)) {
        this.violations.push(`${process.name}: lane ${lane} is given while it is revoked`);
      }
      process.holding.add(lane);
      const workers = this.#workers.get(lane) ?? new Set();
      this.#workers.set(lane, workers.add(process));
      const names = [...workers].filter(({ link }) => !link.isDead).map(({ name }) => name);
      if (names.length > 1) {
        this.violations.push(`${this.time.nowMs()} ms: lane ${lane} has ${names.join(' and ')}`);
      }
    }
  }

  #ended(process: SceneProcess, lanes: readonly number[]): void {
    process.seen.push(...lanes.map((lane) => `-${lane}`));
    for (const lane of lanes) {
      process.holding.delete(lane);
      process.revoking.delete(lane);
      this.#workers.get(lane)?.delete(process);
    }
  }

  // Who was given up is not waited for; it has to have begun to let go by itself.
  #evicted(memberId: string, why: string): void {
    const process = this.processes.find(({ link }) => link.memberIds.has(memberId));
    if (process === undefined || process.link.isDead) return;
    for (const lane of process.holding) this.#workers.get(lane)?.delete(process);
    const kept = process.lanes.filter((lane) => !process.revoking.has(lane));
    if (kept.length === 0 || process.isBusy) return;
    this.violations.push(
      `${this.time.nowMs()} ms: ${process.name} (${memberId}) works on ${kept.join()} while it is given up (${why})`,
    );
  }
}
