/** What went through a fault proxy, and what its levers have hit: the proof that a fault happened. */

/** How often each lever has hit. */
export interface FaultHits {
  /** Chunks that had to wait for their delay. */
  readonly delayed: number;
  /** Times that bytes had to wait for the bandwidth. */
  readonly slowed: number;
  /** Chunks and closings that were kept by a hold. */
  readonly held: number;
  /** Connections ended by `cut`. */
  readonly cut: number;
  /** Connections reset by `reset`, `dropAfter` or an action on a request. */
  readonly reset: number;
  /** Responses that were injected or dropped in place of the target's. */
  readonly responses: number;
}

/** Connections, bytes and faults since the start. */
export interface FaultCounts {
  readonly connections: number;
  /** Connections with at least one side open. */
  readonly open: number;
  /** Bytes passed on. */
  readonly bytesToTarget: number;
  readonly bytesToClient: number;
  /** Sum of `hits`. */
  readonly faults: number;
  readonly hits: FaultHits;
}

/** Counts while the proxy runs. */
export class FaultCounter {
  connections = 0;
  open = 0;
  readonly bytes = { toTarget: 0, toClient: 0 };
  readonly hits = { delayed: 0, slowed: 0, held: 0, cut: 0, reset: 0, responses: 0 };

  snapshot(): FaultCounts {
    const { connections, open, bytes, hits } = this;
    return {
      connections,
      open,
      bytesToTarget: bytes.toTarget,
      bytesToClient: bytes.toClient,
      faults: Object.values(hits).reduce((sum, count) => sum + count, 0),
      hits: { ...hits },
    };
  }
}
