/**
 * Fetches ahead for the partitions of one reader, from whoever leads them: a slow broker holds up
 * nobody but itself, and a partition whose buffer is full is left out until polls have made room.
 */
import { LogDamagedError } from '@millrace/event-log';
import type { FetchAnswer, FetchedPartition } from '../wire/fetch-call';
import { errorNameOf, protocolFailure } from '../wire/protocol-errors';
import { type Ask, BrokerLines, type LineSettings } from './broker-lines';
import { FetchRecovery } from './fetch-recovery';
import type { ReadingCluster } from './reading-cluster.port';
import type { Slot } from './slot';

/** What a fetcher works for. */
export interface FetcherSettings {
  readonly cluster: ReadingCluster;
  /** '' for none. */
  readonly rackId: string;
  readonly slots: readonly Slot[];
  /** A poll that waits should look again. */
  readonly onNews: () => void;
}

const OFFSET_OUT_OF_RANGE = 1;
const CORRUPT_MESSAGE = 2;
const LEADER_NOT_AVAILABLE = 5;
/** A replica that was named as nearer is asked this long, then the leader again; ms. */
const NEAR_REPLICA_MS = 300_000;

/** See the top of the file. */
export class Fetcher {
  readonly #settings: FetcherSettings;
  readonly #byName: ReadonlyMap<string, Slot>;
  readonly #lines = new Map<number, BrokerLines>();
  readonly #lineSettings: LineSettings;
  readonly #recovery: FetchRecovery;
  readonly #stop = new AbortController();
  /** Who waits longest for data is first. */
  readonly #order: Slot[];
  #answers = 0;

  constructor(settings: FetcherSettings) {
    const { cluster, rackId, slots, onNews } = settings;
    const { signal } = this.#stop;
    this.#settings = settings;
    this.#order = [...slots];
    this.#byName = new Map(slots.map((slot) => [nameOf(slot.physical), slot]));
    this.#recovery = new FetchRecovery({ cluster, signal, onNews, onReady: () => this.pump() });
    this.#lineSettings = {
      cluster,
      rackId,
      signal,
      pools: { long: cluster.openPool(), beside: cluster.openPool() },
      onAnswer: (ask, answer) => this.#answered(ask, answer),
      onFailure: (ask, error) => this.#failed(ask, error),
      onOverdue: (ask) => void this.#lookElsewhere(ask),
      onFree: () => this.pump(),
    };
  }

  /** Sends what can be sent now. Call it whenever a slot may have become free. */
  pump(): void {
    if (this.#stop.signal.aborted) return;
    const { cluster, slots } = this.#settings;
    if (!slots.some((slot) => slot.isWanted(cluster.limits.bufferedPartitionBytes))) return;
    const byNode = new Map<number, Slot[]>();
    const leaderless: Slot[] = [];
    for (const slot of this.#order) {
      if (!slot.isWanted(cluster.limits.bufferedPartitionBytes)) continue;
      if (!slot.isOffsetSound) {
        void this.#recovery.checkRange(slot);
        continue;
      }
      const nodeId = this.#nodeOf(slot);
      const together = nodeId === undefined ? leaderless : byNode.get(nodeId);
      if (together !== undefined) together.push(slot);
      else if (nodeId !== undefined) byNode.set(nodeId, [slot]);
    }
    for (const [nodeId, wanted] of byNode) this.#linesTo(nodeId).offer(wanted);
    if (leaderless.length > 0) this.#recover(leaderless, LEADER_NOT_AVAILABLE);
  }

  /** Ends every fetch, pause and connection. Idempotent. */
  close(): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    const { long, beside } = this.#lineSettings.pools;
    this.#settings.cluster.closePool(long);
    this.#settings.cluster.closePool(beside);
  }

  #linesTo(nodeId: number): BrokerLines {
    const known = this.#lines.get(nodeId);
    if (known !== undefined) return known;
    const lines = new BrokerLines(nodeId, this.#lineSettings);
    this.#lines.set(nodeId, lines);
    return lines;
  }

  #nodeOf(slot: Slot): number | undefined {
    const { metadata } = this.#settings.cluster;
    const { replica } = slot;
    if (replica === undefined) return metadata.leaderOf(slot.physical);
    const isKnown = metadata.addressOf(replica.nodeId) !== undefined;
    if (isKnown && performance.now() < replica.untilMs) return replica.nodeId;
    slot.replica = undefined;
    return metadata.leaderOf(slot.physical);
  }

  #answered(ask: Ask, answer: FetchAnswer): boolean {
    if (answer.errorCode !== 0) {
      this.#failed(ask, protocolFailure('Fetch', answer.errorCode));
      return true;
    }
    this.#answers++;
    let hasNews = false;
    const refused = new Map<number, Slot[]>();
    for (const part of answer.partitions) {
      const slot = this.#byName.get(nameOf(part));
      if (slot === undefined || slot.hold !== ask) continue;
      slot.hold = undefined;
      slot.isLookedAt = true;
      if (part.errorCode === 0) {
        if (this.#take(ask, slot, part)) hasNews = true;
      } else {
        const together = refused.get(part.errorCode);
        if (together === undefined) refused.set(part.errorCode, [slot]);
        else together.push(slot);
      }
    }
    for (const slot of ask.slots) if (slot.hold === ask) slot.hold = undefined;
    for (const [code, slots] of refused) this.#refused(ask, slots, code);
    this.#order.sort((a, b) => a.servedAt - b.servedAt);
    this.#settings.onNews();
    return hasNews || refused.size > 0;
  }

  /** @returns whether the next fetch should follow at once */
  #take(ask: Ask, slot: Slot, part: FetchedPartition): boolean {
    const { preferredReplica } = part;
    const isSentOn = preferredReplica >= 0 && preferredReplica !== ask.nodeId;
    if (isSentOn) {
      slot.replica = { nodeId: preferredReplica, untilMs: performance.now() + NEAR_REPLICA_MS };
    }
    const hasCome = slot.take(part);
    if (hasCome) slot.servedAt = this.#answers;
    return hasCome || isSentOn;
  }

  #refused(ask: Ask, slots: readonly Slot[], code: number): void {
    if (code === CORRUPT_MESSAGE) {
      for (const slot of slots) slot.trouble = unreadable(slot);
      return;
    }
    if (code !== OFFSET_OUT_OF_RANGE) {
      this.#recover(slots, code);
      return;
    }
    for (const slot of slots) {
      // A replica may not have what its leader has.
      if (slot.replica?.nodeId === ask.nodeId) slot.leaveReplica();
      else void this.#recovery.checkRange(slot);
    }
  }

  #failed(ask: Ask, error: unknown): void {
    const slots = ask.slots.filter(({ hold }) => hold === ask);
    if (slots.length === 0) return;
    void this.#recovery.recover(slots, error instanceof Error ? error : new Error(String(error)));
  }

  #recover(slots: readonly Slot[], code: number): void {
    const what = `reading ${slots.map(({ name }) => name).join(', ')}`;
    void this.#recovery.recover(slots, protocolFailure(what, code));
  }

  // A broker that stands still keeps its connections: what it led may be read elsewhere by now.
  async #lookElsewhere(ask: Ask): Promise<void> {
    await this.#settings.cluster.metadata.refresh().catch(() => undefined);
    if (this.#stop.signal.aborted) return;
    for (const slot of ask.slots) {
      if (slot.hold !== ask) continue;
      slot.leaveReplica();
      const leader = this.#nodeOf(slot);
      if (leader !== undefined && leader !== ask.nodeId) slot.hold = undefined;
    }
    this.pump();
  }
}

const nameOf = ({ topic, partition }: { readonly topic: string; readonly partition: number }) =>
  `${topic}/${partition}`;

const unreadable = (slot: Slot): LogDamagedError => {
  const what = `its broker cannot read the batch there (${errorNameOf(CORRUPT_MESSAGE)})`;
  return new LogDamagedError(slot.at, slot.fetchOffset, what);
};
