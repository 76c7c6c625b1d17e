/**
 * The only body parser: JSON, strictly.
 */

import { parseStrictJson } from '../json/strict-json';
import type { FastifyInstance } from './fastify-types';
import { httpProblems } from './http.errors';
import { ProblemError } from './problem';

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]+)/i;

/**
 * Replaces the parsers of an instance. Other media types get 415, bodies above the limit 413,
 * refused JSON 400 with the code of the refusal and a pointer.
 *
 * @param limits `bodyLimitBytes` counts the body as sent; `bodyDepth` see `parseStrictJson`
 */
export const installBodyParser = (
  fastify: FastifyInstance,
  limits: { readonly bodyLimitBytes: number; readonly bodyDepth: number },
): void => {
  fastify.removeAllContentTypeParsers();
  const options = { parseAs: 'buffer', bodyLimit: limits.bodyLimitBytes } as const;
  fastify.addContentTypeParser<Buffer>('application/json', options, (request, body, done) => {
    const charset = CHARSET.exec(request.headers['content-type'] ?? '')?.[1];
    const encoding = request.headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity' || (charset ?? 'utf-8').toLowerCase() !== 'utf-8') {
      return done(
        new ProblemError(
          httpProblems.HTTP_MEDIA_TYPE_UNSUPPORTED,
          'bodies are UTF-8, not compressed',
        ),
      );
    }
    const parsed = parseStrictJson(body, limits.bodyDepth);
    return parsed.ok ? done(null, parsed.value) : done(jsonProblem(parsed.refusal));
  });
};

const jsonProblem = (refusal: {
  readonly code: string;
  readonly pointer: string;
  readonly detail: string;
}): ProblemError =>
  new ProblemError(
    { code: refusal.code, status: 400, title: 'JSON refused' },
    `the body is refused: ${refusal.detail}`,
    { errors: [{ in: 'body', ...refusal }] },
  );
