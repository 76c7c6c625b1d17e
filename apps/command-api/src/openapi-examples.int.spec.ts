import { at, ManualClock } from '@millrace/testkit';
import { type Asked, RunningApi } from './testing/running-api';

interface Example {
  readonly path?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly status: number;
}

interface Documented {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Record<string, { readonly schema: unknown }> };
  readonly responses: Record<string, unknown>;
  readonly 'x-millrace-examples'?: Record<string, Example>;
}

describe('the OpenAPI document of command-api', () => {
  let api: RunningApi;

  beforeAll(async () => {
    api = await RunningApi.start({ clock: new ManualClock(at('2026-03-01T10:00:00Z')) });
  });

  afterAll(() => api.remove());

  const operations = async (): Promise<readonly (readonly [string, string, Documented])[]> => {
    const { body } = await api.ask({ method: 'GET', path: '/openapi.json' });
    const paths = body['paths'] as Record<string, Record<string, Documented>>;
    return Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [path, method, operation] as const),
    );
  };

  it('has examples for every route under /v1, and each one is answered as it says', async () => {
    const seen: string[] = [];
    for (const [path, method, operation] of await operations()) {
      if (!path.startsWith('/v1/')) continue;
      const examples = Object.entries(operation['x-millrace-examples'] ?? {});
      expect([operation.operationId, examples.length]).not.toEqual([operation.operationId, 0]);
      for (const [name, example] of examples) {
        const answer = await api.ask({
          method: method.toUpperCase() as Asked['method'],
          path: path.replace(/\{(\w+)\}/g, (_, key: string) => example.path?.[key] ?? ''),
          ...(example.headers === undefined ? {} : { headers: example.headers }),
          ...(example.body === undefined ? {} : { body: example.body }),
        });
        const label = `${operation.operationId} ${name}`;
        expect([label, answer.status, answer.body['code']]).toEqual([
          label,
          example.status,
          example.status < 400 ? undefined : expect.any(String),
        ]);
        expect(Object.keys(operation.responses)).toContain(String(example.status));
        seen.push(label);
      }
    }
    expect(seen.length).toBeGreaterThan(20);
  });

  it('names every code that a problem may have under its status', async () => {
    for (const [, , operation] of await operations()) {
      for (const [status, response] of Object.entries(operation.responses)) {
        if (Number(status) < 400 || status === '503') continue;
        expect(JSON.stringify(response)).toMatch(/`[A-Z_]+`/);
      }
    }
  });

  it('is valid where JSON Schema 2020-12 and OpenAPI 3.1 meet: every $ref resolves', async () => {
    const { body } = await api.ask({ method: 'GET', path: '/openapi.json' });
    const components = body['components'] as { schemas: Record<string, unknown> };
    const refs = [...JSON.stringify(body).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1]);
    expect(refs.length).toBeGreaterThan(10);
    for (const ref of refs) {
      expect(Object.keys(components.schemas)).toContain(ref?.replace('#/components/schemas/', ''));
    }
  });
});
