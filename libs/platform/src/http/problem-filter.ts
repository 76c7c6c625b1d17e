/**
 * Writes whatever was thrown as problem details. Nothing else answers with an error.
 */
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { ServiceLog } from '../logging/service-log.port';
import type { FastifyReply, FastifyRequest } from './fastify-types';
import { type Problem, type ProblemError, problemType } from './problem';
import type { ProblemCatalogue } from './problem-catalogue';
import { traceOf } from './request-context';

const MAX_ITEMS = 20;

/** Global filter of every HTTP app. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly catalogue: ProblemCatalogue,
    private readonly log: ServiceLog,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    this.answer(thrown, request, reply);
  }

  /** Answers one request; also called by hooks that run before any handler. */
  answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const error = this.catalogue.problemOf(thrown);
    const { status } = error.kind;
    if (status === 500) {
      this.log.error('HTTP_REQUEST_FAILED', 'a request failed', {
        traceId: traceOf(request).traceId,
        route: request.routeOptions.url,
        err: error.cause,
      });
    }
    if (reply.sent) return;
    const path = request.url.split('?', 1)[0] ?? '/';
    // As bytes: to a text Fastify would add a charset, which this media type does not have.
    void reply
      .code(status)
      .headers(error.headers)
      .header('content-type', 'application/problem+json')
      .send(Buffer.from(JSON.stringify(problemBody(error, path, traceOf(request).traceId))));
  }
}

/** The problem as it is written. A path that may hold a card number is not repeated. */
export const problemBody = (error: ProblemError, path: string, traceId: string): Problem => ({
  type: problemType(error.kind.code),
  title: error.kind.title,
  status: error.kind.status,
  code: error.kind.code,
  detail: error.message,
  instance: isShown(path) ? path : '/',
  traceId,
  ...(error.errors.length === 0 ? {} : { errors: error.errors.slice(0, MAX_ITEMS) }),
});

/** A run of twelve digits, separators aside, could be a card number: such a path is not echoed. */
const isShown = (path: string): boolean =>
  path.length <= 512 && !/\d{12}/.test(decodedDigits(path));

const decodedDigits = (path: string): string => path.replace(/%20|[ +._-]/g, '');
