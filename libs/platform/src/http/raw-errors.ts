/**
 * Problems for what never becomes a request: bytes that are not HTTP, headers above the limit,
 * paths that cannot be decoded.
 */
import type { Socket } from 'node:net';
import { httpProblems } from './http.errors';
import { ProblemError, type ProblemKind } from './problem';
import { problemBody } from './problem-filter';
import { traceContextOf } from './trace-context';

const byErrorCode: Readonly<Record<string, ProblemKind>> = {
  HPE_HEADER_OVERFLOW: httpProblems.HTTP_HEADERS_TOO_LARGE,
  ERR_HTTP_REQUEST_TIMEOUT: httpProblems.HTTP_REQUEST_TIMEOUT,
};

/** Answers on a socket whose bytes the HTTP parser refused, and closes it. */
export const answerRawError = (error: { readonly code?: string }, socket: Socket): void => {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const body = rawProblem(byErrorCode[error.code ?? ''] ?? httpProblems.HTTP_REQUEST_MALFORMED);
  const { status } = byErrorCode[error.code ?? ''] ?? httpProblems.HTTP_REQUEST_MALFORMED;
  const head = [
    `HTTP/1.1 ${status} ${status === 431 ? 'Request Header Fields Too Large' : 'Refused'}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
};

/** JSON of a problem that belongs to no route. */
export const rawProblem = (kind: ProblemKind): string => {
  const error = new ProblemError(kind, 'the request is not understood');
  return JSON.stringify(problemBody(error, '/', traceContextOf(undefined).traceId));
};
