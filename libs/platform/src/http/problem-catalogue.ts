/**
 * From a coded error to its problem: modules register what their libraries may throw.
 */
import { CodedError } from '@millrace/event-log';
import { HttpException, Injectable } from '@nestjs/common';
import { httpProblems } from './http.errors';
import { ProblemError, type ProblemKind } from './problem';

/** The kinds of problem that this process may answer with. One per process. */
@Injectable()
export class ProblemCatalogue {
  readonly #kinds = new Map<string, ProblemKind>();

  constructor() {
    this.register(Object.values(httpProblems));
  }

  /** Adds kinds; the same kind may be added again, a code with another status may not. */
  register(kinds: readonly ProblemKind[]): void {
    for (const kind of kinds) {
      const known = this.#kinds.get(kind.code);
      if (known !== undefined && known.status !== kind.status) {
        throw new TypeError(`problem ${kind.code} is registered with status ${known.status}`);
      }
      this.#kinds.set(kind.code, kind);
    }
  }

  /** Kind of a code, if registered. */
  kindOf(code: string): ProblemKind | undefined {
    return this.#kinds.get(code);
  }

  /**
   * The problem of anything thrown. Coded errors keep their code when it is registered, or when
   * they are retryable (then 503 with `Retry-After: 1`); everything else is `HTTP_INTERNAL`.
   */
  problemOf(thrown: unknown): ProblemError {
    if (thrown instanceof ProblemError) return thrown;
    if (thrown instanceof CodedError) return this.#ofCoded(thrown);
    if (thrown instanceof HttpException) return ofHttp(thrown);
    return new ProblemError(httpProblems.HTTP_INTERNAL, INTERNAL, { cause: thrown });
  }

  #ofCoded(error: CodedError): ProblemError {
    const kind = this.#kinds.get(error.code);
    if (kind === undefined && !error.retryable) {
      return new ProblemError(httpProblems.HTTP_INTERNAL, INTERNAL, { cause: error });
    }
    const headers = error.retryable ? { 'retry-after': '1' } : {};
    const unavailable = { code: error.code, status: 503, title: 'Temporarily unavailable' };
    const detail = error.retryable ? RETRY : INTERNAL;
    const known = kind !== undefined && kind.status < 500 ? error.message : detail;
    return new ProblemError(kind ?? unavailable, known, { headers, cause: error });
  }
}

const INTERNAL = 'the request could not be handled; the log names the reason under this traceId';
const RETRY = 'the request cannot be served right now; retry it with the same Idempotency-Key';

const byStatus = new Map<number, ProblemKind>(
  [
    httpProblems.HTTP_BODY_TOO_LARGE,
    httpProblems.HTTP_MEDIA_TYPE_UNSUPPORTED,
    httpProblems.HTTP_ROUTE_UNKNOWN,
    httpProblems.HTTP_REQUEST_TIMEOUT,
    httpProblems.HTTP_REQUEST_MALFORMED,
  ].map((kind) => [kind.status, kind]),
);

const details: Readonly<Record<number, string>> = {
  400: 'the request is not understood',
  404: 'there is nothing at this path',
  408: 'the request did not arrive in time',
  413: 'the body is above the limit',
  415: 'bodies are application/json in UTF-8, without content encoding',
};

const ofHttp = (exception: HttpException): ProblemError => {
  const status = exception.getStatus();
  const kind =
    byStatus.get(status) ?? (status < 500 ? httpProblems.HTTP_REQUEST_MALFORMED : undefined);
  return kind === undefined
    ? new ProblemError(httpProblems.HTTP_INTERNAL, INTERNAL, { cause: exception })
    : new ProblemError(kind, details[kind.status] ?? kind.title, { cause: exception });
};
