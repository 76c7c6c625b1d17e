import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { loadConfig } from '../config/load-config';
import { HealthChecks } from '../health/health-checks';
import { Operation, type OperationContract } from '../openapi/operation';
import { createHttpApp, type HttpApp } from './create-http-app';
import { Context, type RequestContext } from './request-context';
import { ZodPipe } from './zod-pipe';

const thingSchema = z.strictObject({ name: z.string().min(1), amountMinor: z.int().optional() });

const contract = (operationId: string): OperationContract => ({
  operationId,
  summary: operationId,
  tag: 'things',
  responses: { 200: { description: 'The thing.', name: 'Thing', schema: thingSchema } },
  problems: ['VALIDATION_FAILED'],
});

@Controller('/v1/things')
class ThingsController {
  @Post()
  @HttpCode(200)
  @Operation({
    ...contract('makeThing'),
    body: { name: 'Thing', schema: thingSchema, required: true },
    examples: { plain: { summary: 'A thing', body: { name: 'a' }, status: 200 } },
  })
  make(@Body(new ZodPipe(thingSchema)) body: unknown): unknown {
    return body;
  }

  @Get(':thingId')
  @Operation({ ...contract('readThing'), path: { thingId: z.string() } })
  read(@Param('thingId') thingId: string, @Context() context: RequestContext): unknown {
    if (thingId === 'broken') throw new Error('secret 4111111111111111');
    return { name: thingId, trace: context.trace.traceId, requestId: context.requestId };
  }
}

class ThingsModule {}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

interface Question {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

describe('an HTTP app of the platform', () => {
  const lines: string[] = [];
  let app: HttpApp;
  let port: number;

  beforeAll(async () => {
    const config = loadConfig({}, { MILLRACE_PORT: 0, MILLRACE_LOG_LEVEL: 'error' });
    app = await createHttpApp({ module: ThingsModule, controllers: [ThingsController] }, config, {
      name: 'things',
      logDestination: { write: (line) => void lines.push(line) },
    });
    port = Number(new URL(await app.listen()).port);
  });

  afterAll(() => app.close());

  const ask = (question: Question): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { method = 'GET', path, headers = {}, body } = question;
      const request = httpRequest({ port, host: '127.0.0.1', method, path, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      });
      request.on('error', reject);
      request.end(body);
    });

  const post = (body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> =>
    ask({
      method: 'POST',
      path: '/v1/things',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });

  const problemOf = (answer: Answer) => {
    expect(answer.headers['content-type']).toBe('application/problem+json');
    return JSON.parse(answer.body);
  };

  it('gives a handler the parsed body', async () => {
    const answer = await post('{"name":"x","amountMinor":5}');
    expect([answer.status, answer.body]).toEqual([200, '{"name":"x","amountMinor":5}']);
  });

  it('takes a content type with the charset UTF-8', async () => {
    const answer = await post('{"name":"é"}', {
      'content-type': 'application/json; charset=UTF-8',
    });
    expect(answer.status).toBe(200);
  });

  it.each([
    ['{"name":"x",}', 'JSON_SYNTAX', ''],
    ['{"name":"x","name":"y"}', 'JSON_DUPLICATE_KEY', '/name'],
    ['{"__proto__":{}}', 'JSON_FORBIDDEN_KEY', ''],
    ['{"a":{"constructor":1}}', 'JSON_FORBIDDEN_KEY', '/a'],
    ['{"amountMinor":9007199254740992}', 'JSON_NUMBER_OUT_OF_RANGE', '/amountMinor'],
    [`${'['.repeat(33)}${']'.repeat(33)}`, 'JSON_TOO_DEEP', '/0'.repeat(32)],
    ['\ufeff{}', 'JSON_BYTE_ORDER_MARK', ''],
    ['{} {}', 'JSON_TRAILING_BYTES', ''],
    ['', 'JSON_EMPTY', ''],
  ])('refuses the body %j with 400 %s at %j', async (body, code, pointer) => {
    const answer = await post(body);
    const problem = problemOf(answer);
    expect([answer.status, problem.code, problem.errors[0].pointer]).toEqual([400, code, pointer]);
  });

  it('refuses bytes that are not UTF-8', async () => {
    const answer = await post(Buffer.from([0x22, 0xff, 0x22]));
    expect([answer.status, problemOf(answer).code]).toEqual([400, 'JSON_INVALID_UTF8']);
  });

  it('takes a body at the limit of size and refuses one byte more with 413', async () => {
    const name = (bytes: number) => JSON.stringify({ name: 'n'.repeat(bytes - 11) });
    expect((await post(name(262_144))).status).toBe(200);
    const answer = await post(name(262_145));
    expect([answer.status, problemOf(answer).code]).toEqual([413, 'HTTP_BODY_TOO_LARGE']);
  });

  it.each([
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/json; charset=latin1' },
    { 'content-type': 'application/json', 'content-encoding': 'gzip' },
  ])('refuses a body with the headers %j with 415', async (headers) => {
    const answer = await post('{"name":"x"}', headers);
    expect([answer.status, problemOf(answer).code]).toEqual([415, 'HTTP_MEDIA_TYPE_UNSUPPORTED']);
  });

  it('names unknown and wrong fields without repeating their values', async () => {
    const answer = await post('{"name":7,"4111111111111111":"4111111111111111"}');
    const problem = problemOf(answer);
    expect([answer.status, problem.code]).toEqual([422, 'VALIDATION_FAILED']);
    expect(problem.errors).toEqual([
      expect.objectContaining({ in: 'body', pointer: '/name', code: 'INVALID_TYPE' }),
      expect.objectContaining({ in: 'body', pointer: '/*', code: 'UNRECOGNIZED_KEYS' }),
    ]);
    expect(answer.body).not.toContain('41111111');
  });

  it('answers an error of ours with 500 and nothing of its message or stack', async () => {
    const answer = await ask({ path: '/v1/things/broken' });
    const problem = problemOf(answer);
    expect([answer.status, problem.code]).toEqual([500, 'HTTP_INTERNAL']);
    expect(answer.body).not.toMatch(/4111|at .*\.ts/);
    expect(lines.join('')).toContain(problem.traceId);
  });

  it('answers an unknown path with 404 and a wrong method with 405 and Allow', async () => {
    const unknown = await ask({ path: '/v1/nothing?q=1' });
    expect([unknown.status, problemOf(unknown).instance]).toEqual([404, '/v1/nothing']);
    const wrong = await ask({ method: 'DELETE', path: '/v1/things/7' });
    expect([wrong.status, problemOf(wrong).code]).toEqual([405, 'HTTP_METHOD_NOT_ALLOWED']);
    expect(wrong.headers['allow']).toBe('GET, HEAD');
  });

  it('goes on with the trace of the caller under a span of its own', async () => {
    const traceId = 'a'.repeat(32);
    const given = `00-${traceId}-${'b'.repeat(16)}-00`;
    const headers = { traceparent: given, 'x-request-id': 'r-1' };
    const answer = await ask({ path: '/v1/things/x', headers });
    expect(JSON.parse(answer.body)).toEqual({ name: 'x', trace: traceId, requestId: 'r-1' });
    expect(answer.headers['traceparent']).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
    expect(answer.headers['traceparent']).not.toBe(given);
  });

  it.each(['evil.example', 'localhost.evil.example', '10.0.0.1:80'])(
    'refuses the host %s with 421',
    async (host) => {
      const answer = await ask({ path: '/livez', headers: { host } });
      expect([answer.status, problemOf(answer).code]).toEqual([421, 'HTTP_HOST_REFUSED']);
    },
  );

  it.each([
    ['POST', { 'sec-fetch-site': 'cross-site' }],
    ['POST', { 'sec-fetch-site': 'same-site' }],
    ['GET', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    ['POST', { origin: 'http://evil.example' }],
    ['POST', { origin: 'null' }],
  ])('refuses %s of another site with the headers %j', async (method, headers) => {
    const answer = await ask({ method, path: '/v1/things', headers });
    expect([answer.status, problemOf(answer).code]).toEqual([403, 'HTTP_CROSS_SITE_REFUSED']);
  });

  it.each([
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
  ])('takes GET with the headers %j', async (headers) => {
    expect((await ask({ path: '/livez', headers })).status).toBe(200);
  });

  it('sets the security headers on answers and problems', async () => {
    for (const path of ['/livez', '/v1/nothing']) {
      const { headers } = await ask({ path });
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['cache-control']).toBe('no-store');
    }
  });

  it('refuses headers above the limit with 431', async () => {
    const answer = await ask({ path: '/livez', headers: { 'x-long': 'x'.repeat(20_000) } });
    expect([answer.status, problemOf(answer).code]).toEqual([431, 'HTTP_HEADERS_TOO_LARGE']);
  });

  it('answers a path that cannot be decoded with 400', async () => {
    const answer = await ask({ path: '/v1/things/%FF%ZZ' });
    expect([answer.status, problemOf(answer).code]).toEqual([400, 'HTTP_REQUEST_MALFORMED']);
  });

  it('answers bytes that are not HTTP with a problem and closes', async () => {
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('GARBAGE\r\n\r\n'));
      const chunks: Buffer[] = [];
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      socket.on('error', reject);
    });
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain('HTTP_REQUEST_MALFORMED');
  });

  it('documents every route it has', async () => {
    const document = JSON.parse((await ask({ path: '/openapi.json' })).body);
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).sort()).toEqual([
      '/livez',
      '/metrics',
      '/openapi.json',
      '/readyz',
      '/startupz',
      '/v1/things',
      '/v1/things/{thingId}',
    ]);
    expect(document.components.schemas.Thing.required).toEqual(['name']);
    expect(document.paths['/v1/things'].post.responses['422'].description).toContain(
      'VALIDATION_FAILED',
    );
  });

  it('counts requests by route, not by path', async () => {
    await ask({ path: '/v1/things/some-id' });
    const { body } = await ask({ path: '/metrics' });
    expect(body).toMatch(
      /http_request_duration_seconds_count\{method="GET",route="\/v1\/things\/:thingId",status="200"\} \d/,
    );
    expect(body).not.toContain('some-id');
  });

  it('is not ready with a failed check, and says which', async () => {
    const health = app.nest.get(HealthChecks);
    health.register('ready', 'lanes', () => ({ ok: false, detail: '0 of 4' }));
    const answer = await ask({ path: '/readyz' });
    health.register('ready', 'lanes', () => ({ ok: true }));
    expect([answer.status, JSON.parse(answer.body).checks]).toEqual([
      503,
      [{ name: 'lanes', ok: false, detail: '0 of 4' }],
    ]);
    expect((await ask({ path: '/readyz' })).status).toBe(200);
  });
});
