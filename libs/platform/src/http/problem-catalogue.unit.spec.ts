import { CodedError, LogStorageFullError, WriterFencedError } from '@millrace/event-log';
import { HttpException, NotFoundException } from '@nestjs/common';
import { httpProblems } from './http.errors';
import { ProblemError } from './problem';
import { ProblemCatalogue } from './problem-catalogue';
import { problemBody } from './problem-filter';

const seen = (thrown: unknown, catalogue = new ProblemCatalogue()) => {
  const problem = catalogue.problemOf(thrown);
  return [problem.kind.status, problem.kind.code, problem.headers['retry-after']];
};

describe('the mapping of errors to problems', () => {
  it('leaves a problem as it is', () => {
    const problem = new ProblemError(httpProblems.HTTP_HOST_REFUSED, 'x');
    expect(new ProblemCatalogue().problemOf(problem)).toBe(problem);
  });

  it('answers a retryable error with 503, its code and Retry-After', () => {
    const thrown = new LogStorageFullError('/srv/data');
    expect(seen(thrown)).toEqual([503, 'EVENT_LOG_STORAGE_FULL', '1']);
    expect(new ProblemCatalogue().problemOf(thrown).message).not.toContain('/srv/data');
  });

  it('answers an error that nobody registered and that is not retryable with 500', () => {
    expect(seen(new WriterFencedError('w', 1))).toEqual([500, 'HTTP_INTERNAL', undefined]);
  });

  it('answers a registered code with its status', () => {
    const catalogue = new ProblemCatalogue();
    catalogue.register([{ code: 'X_IN_FLIGHT', status: 409, title: 'In flight' }]);
    const thrown = new CodedError('X_IN_FLIGHT', 'wait', { retryable: true });
    expect(seen(thrown, catalogue)).toEqual([409, 'X_IN_FLIGHT', '1']);
    expect(catalogue.problemOf(thrown).message).toBe('wait');
  });

  it('refuses a second status for a code', () => {
    const catalogue = new ProblemCatalogue();
    catalogue.register([{ code: 'X', status: 409, title: 'X' }]);
    expect(() => catalogue.register([{ code: 'X', status: 404, title: 'X' }])).toThrow(TypeError);
  });

  it.each([
    [new NotFoundException(), 404, 'HTTP_ROUTE_UNKNOWN'],
    [new HttpException('x', 413), 413, 'HTTP_BODY_TOO_LARGE'],
    [new HttpException('x', 415), 415, 'HTTP_MEDIA_TYPE_UNSUPPORTED'],
    [new HttpException('x', 418), 400, 'HTTP_REQUEST_MALFORMED'],
    [new HttpException('x', 502), 500, 'HTTP_INTERNAL'],
    [new Error('boom'), 500, 'HTTP_INTERNAL'],
    ['a thrown text', 500, 'HTTP_INTERNAL'],
    [undefined, 500, 'HTTP_INTERNAL'],
  ])('maps %p to %i %s', (thrown, status, code) => {
    expect(seen(thrown).slice(0, 2)).toEqual([status, code]);
  });

  it('keeps the message of an unknown error out of the problem', () => {
    expect(new ProblemCatalogue().problemOf(new Error('secret')).message).not.toContain('secret');
  });
});

describe('a problem as it is written', () => {
  const written = (path: string) =>
    problemBody(new ProblemError(httpProblems.HTTP_ROUTE_UNKNOWN, 'no'), path, 't').instance;

  it('repeats the path', () => {
    expect(written('/v1/cards/card_7')).toBe('/v1/cards/card_7');
  });

  it.each([
    '/v1/cards/4111111111111111',
    '/v1/cards/4111-1111-1111-1111',
    '/v1/cards/4111%201111%201111%201111',
    `/${'x'.repeat(512)}`,
  ])('does not repeat %s', (path) => {
    expect(written(path)).toBe('/');
  });

  it('holds at most 20 items', () => {
    const errors = Array.from({ length: 30 }, () => ({
      in: 'body' as const,
      pointer: '',
      code: 'X',
      detail: 'x',
    }));
    const problem = new ProblemError(httpProblems.VALIDATION_FAILED, 'no', { errors });
    expect(problemBody(problem, '/', 't').errors).toHaveLength(20);
  });
});
