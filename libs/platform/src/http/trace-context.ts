/**
 * W3C trace context: taken over when it is valid, begun when it is not.
 */
import { randomHex } from '../ids/random-hex';

/** Where a request stands in its trace. */
export interface TraceContext {
  /** 32 lower case hex digits. */
  readonly traceId: string;
  /** This request's own span as a `traceparent` header: what events and answers carry. */
  readonly traceparent: string;
}

/**
 * Trace of a request: same trace id and flags as the caller's header, with a span id of its own.
 *
 * @param header value of `traceparent`; anything invalid begins a new trace, sampled
 * Source: W3C Trace Context, section 3.2
 */
export const traceContextOf = (header: string | undefined): TraceContext => {
  const random = randomHex(24);
  const [, traceId = NO_TRACE, spanId = NO_SPAN, flags = '01'] =
    TRACEPARENT.exec(header ?? '') ?? [];
  const id = traceId === NO_TRACE || spanId === NO_SPAN ? random.slice(0, 32) : traceId;
  return { traceId: id, traceparent: `00-${id}-${random.slice(32)}-${flags}` };
};

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const NO_TRACE = '0'.repeat(32);
const NO_SPAN = '0'.repeat(16);
