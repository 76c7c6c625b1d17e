/**
 * The responder of one process: answers the alerts of the lanes that its group gives it.
 */
import type { Clock, EventLog, GroupMembership } from '@millrace/event-log';
import { fraudTopicNames } from '@millrace/fraud';
import type { CardBlocker } from './card-blocker.port';
import { ResponderLane, type ResponderLaneStatus } from './responder-lane';
import type { ResponderObserver } from './responder-observer.port';

/** Group under which positions are published. */
export const RESPONDER_GROUP = 'alert-responder';

/** What a responder is made of. */
export interface AlertResponderParts {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly blocker: CardBlocker;
  readonly observer: ResponderObserver;
  /** Resolves after `ms`, or when the signal aborts. */
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Reads `alert-events`, at least once, and blocks cards. */
export class AlertResponder {
  readonly #lanes = new Map<number, ResponderLane>();
  #membership: GroupMembership | undefined;

  constructor(private readonly parts: AlertResponderParts) {}

  /** Joins the group. `alert-events` must exist. */
  async start(): Promise<void> {
    this.#membership = await this.parts.log.joinGroup({
      groupId: RESPONDER_GROUP,
      topics: [fraudTopicNames.alertEvents],
      onAssigned: async (lanes) => {
        for (const lane of lanes) this.#startLane(lane);
      },
      onRevoked: (lanes) => this.#stopLanes(lanes),
    });
  }

  /** Ends what is under way, publishes positions, leaves. Idempotent. */
  async stop(): Promise<void> {
    await this.#membership?.leave();
    this.#membership = undefined;
    await this.#stopLanes([...this.#lanes.keys()]);
  }

  /** Ascending by lane. */
  lanes(): readonly { readonly lane: number; readonly status: ResponderLaneStatus }[] {
    return [...this.#lanes]
      .map(([lane, { status }]) => ({ lane, status }))
      .sort((a, b) => a.lane - b.lane);
  }

  #startLane(lane: number): void {
    const started = new ResponderLane({ ...this.parts, lane, groupId: RESPONDER_GROUP });
    this.#lanes.set(lane, started);
    started.start();
  }

  async #stopLanes(lanes: readonly number[]): Promise<void> {
    await Promise.all(lanes.map((lane) => this.#lanes.get(lane)?.stop()));
    for (const lane of lanes) this.#lanes.delete(lane);
  }
}
