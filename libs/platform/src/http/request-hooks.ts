/**
 * What happens to every request before a handler sees it, and to every answer.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { HealthChecks } from '../health/health-checks';
import { randomHex } from '../ids/random-hex';
import type { Metrics } from '../metrics/metrics';
import type { FastifyInstance, FastifyRequest } from './fastify-types';
import { httpProblems } from './http.errors';
import { ProblemError } from './problem';
import type { ProblemFilter } from './problem-filter';
import { traceOf } from './request-context';
import type { RouteTable } from './route-table';
import { siteRefusal } from './site-guard';

/** What the hooks work with. */
export interface HookParts {
  readonly filter: ProblemFilter;
  readonly routes: RouteTable;
  readonly health: HealthChecks;
  readonly metrics: Metrics;
}

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** The caller's request id when it is harmless, else a new one. */
export const requestIdOf = (request: { readonly headers: IncomingHttpHeaders }): string => {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomHex(16);
};

/** Headers of every answer. A handler may set its own cache control before it answers. */
export const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
} as const;

/** Adds the hooks; call it before any route is registered. */
export const installRequestHooks = (fastify: FastifyInstance, parts: HookParts): void => {
  const seconds = parts.metrics.seconds({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the end of its answer',
    labels: ['method', 'route', 'status'],
  });
  fastify.addHook('onRoute', (route) => {
    parts.routes.add(route.url, typeof route.method === 'string' ? [route.method] : route.method);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers(securityHeaders);
    reply.header('traceparent', traceOf(request).traceparent).header('x-request-id', request.id);
    const refusal = refusalOf(request, parts);
    if (refusal === undefined) return done();
    parts.filter.answer(refusal, request, reply);
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    // A connection that stays open would hold the stop up until its keep-alive has passed.
    if (parts.health.draining) reply.header('connection', 'close');
    done(null, payload);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request;
    seconds.observe(
      { method, route: routeOptions.url ?? 'unknown', status: reply.statusCode },
      reply.elapsedTime / 1_000,
    );
    done();
  });
};

const refusalOf = (request: FastifyRequest, parts: HookParts): ProblemError | undefined => {
  const refusal = siteRefusal(request.method, request.headers);
  if (refusal !== undefined) return refusal;
  if (request.is404) return unknownRoute(request, parts.routes);
  if (parts.health.draining && request.url.startsWith('/v1/')) {
    const headers = { 'retry-after': '1' };
    return new ProblemError(httpProblems.HTTP_SHUTTING_DOWN, 'this process is stopping', {
      headers,
    });
  }
  return undefined;
};

const unknownRoute = (request: FastifyRequest, routes: RouteTable): ProblemError => {
  const methods = routes.methodsOf(request.url.split('?', 1)[0] ?? '');
  if (methods.length === 0) {
    return new ProblemError(httpProblems.HTTP_ROUTE_UNKNOWN, 'there is nothing at this path');
  }
  const allow = methods.join(', ');
  return new ProblemError(httpProblems.HTTP_METHOD_NOT_ALLOWED, `this path takes ${allow}`, {
    headers: { allow },
  });
};
