/** Faults that wait for a Kafka request of one kind, on every connection of a proxy. */
import type { Inspector } from './connection';
import type { FaultCounter } from './fault-counts';
import type { Piece } from './flow';
import { FrameSplitter } from './kafka-frames';

/** Which requests. */
export interface RequestFilter {
  /** Kafka's number of the request: 0 Produce, 1 Fetch, 26 EndTxn, … */
  readonly apiKey: number;
}

/**
 * - `hold`: this request and what follows it on its connection is kept until `release` or `heal`
 * - `reset`: connection reset before any byte of the request reaches the broker
 * - `dropResponse`: the broker gets the request and answers; the connection is reset in place of
 *   the answer
 * - `holdResponse`: the broker gets the request; its answer and what follows it is kept until
 *   `release` or `heal`, so the client runs into its own deadline
 */
export type RequestAction = 'hold' | 'reset' | 'dropResponse' | 'holdResponse';

/** A fault that was asked for, and how far it has come. */
export interface RequestFault {
  /** Requests that it was applied to. */
  readonly matched: number;
  /** Requests that it has hit: for `dropResponse` and `holdResponse` once the answer came. */
  readonly hits: number;
}

interface Waiting {
  readonly filter: RequestFilter;
  readonly action: RequestAction;
  left: number;
  matched: number;
  hits: number;
}

/** int16 api key, int16 api version, int32 correlation id. */
const REQUEST_HEAD_BYTES = 8;
/** int32 correlation id. */
const RESPONSE_HEAD_BYTES = 4;

/** All faults of one proxy that wait for their request. */
export class RequestFaults {
  #waiting: Waiting[] = [];

  constructor(readonly counter: () => FaultCounter) {}

  add(filter: RequestFilter, action: RequestAction, times: number): RequestFault {
    const fault: Waiting = { filter, action, left: times, matched: 0, hits: 0 };
    this.#waiting.push(fault);
    return fault;
  }

  clear(): void {
    this.#waiting = [];
  }

  /** Looks at a new connection. */
  inspector(): Inspector {
    const requests = new FrameSplitter(REQUEST_HEAD_BYTES);
    const responses = new FrameSplitter(RESPONSE_HEAD_BYTES);
    /** Faults that wait for the answer with this correlation id. */
    const expected = new Map<number, Waiting>();
    let isDropping = false;
    return {
      toTarget: (chunk) =>
        requests.push(chunk).flatMap((part): readonly Piece[] => {
          if (part.kind === 'end') return [];
          return part.kind === 'head'
            ? [...this.#beforeRequest(part.bytes, expected), part.bytes]
            : [part.bytes];
        }),
      toClient: (chunk) =>
        responses.push(chunk).flatMap((part): readonly Piece[] => {
          const fault = part.kind === 'head' ? takeExpected(part.bytes, expected) : undefined;
          if (fault !== undefined) this.#hit(fault);
          if (fault?.action === 'dropResponse') isDropping = true;
          if (isDropping) return part.kind === 'end' ? ['reset'] : [];
          if (part.kind === 'end') return [];
          return fault?.action === 'holdResponse' ? ['hold', part.bytes] : [part.bytes];
        }),
    };
  }

  #beforeRequest(head: Buffer, expected: Map<number, Waiting>): readonly Piece[] {
    if (head.length < 4 + REQUEST_HEAD_BYTES) return [];
    const apiKey = head.readInt16BE(4);
    const fault = this.#waiting.find(({ filter, left }) => left > 0 && filter.apiKey === apiKey);
    if (fault === undefined) return [];
    fault.left -= 1;
    fault.matched += 1;
    if (fault.action === 'dropResponse' || fault.action === 'holdResponse') {
      expected.set(head.readInt32BE(8), fault);
      return [];
    }
    this.#hit(fault);
    return [fault.action];
  }

  #hit(fault: Waiting): void {
    fault.hits += 1;
    const { hits } = this.counter();
    if (fault.action === 'reset') hits.reset += 1;
    else if (fault.action === 'dropResponse') hits.responses += 1;
    else hits.held += 1;
  }
}

const takeExpected = (head: Buffer, expected: Map<number, Waiting>): Waiting | undefined => {
  if (head.length < 4 + RESPONSE_HEAD_BYTES) return undefined;
  const correlationId = head.readInt32BE(4);
  const fault = expected.get(correlationId);
  expected.delete(correlationId);
  return fault;
};
