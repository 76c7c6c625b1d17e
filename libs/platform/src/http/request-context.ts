/**
 * What every request carries through the handlers: its id and its place in a trace.
 */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from './fastify-types';
import { type TraceContext, traceContextOf } from './trace-context';

/** Id and trace of a request. */
export interface RequestContext {
  /** The caller's `X-Request-Id` when it is 1 to 128 of `A-Z a-z 0-9 . _ -`, else one of ours. */
  readonly requestId: string;
  readonly trace: TraceContext;
}

const traces = new WeakMap<object, TraceContext>();

/** The trace of a request: begun at the first call from its `traceparent`, then the same. */
export const traceOf = (request: FastifyRequest): TraceContext => {
  const known = traces.get(request.raw);
  if (known !== undefined) return known;
  const header = request.headers['traceparent'];
  const trace = traceContextOf(typeof header === 'string' ? header : undefined);
  traces.set(request.raw, trace);
  return trace;
};

/** The context of a Fastify request. */
export const requestContextOf = (request: FastifyRequest): RequestContext => ({
  requestId: request.id,
  trace: traceOf(request),
});

/** Parameter decorator: the `RequestContext` of the request. */
export const Context = createParamDecorator((_data: unknown, host: ExecutionContext) =>
  requestContextOf(host.switchToHttp().getRequest<FastifyRequest>()),
);
