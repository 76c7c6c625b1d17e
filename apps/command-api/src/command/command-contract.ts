/**
 * What all command routes promise alike.
 */
import type { HeaderContract, ResponseContract } from '@millrace/platform';
import { z } from 'zod';

const key = (required: boolean): HeaderContract => ({
  name: 'Idempotency-Key',
  required,
  description: 'The same key gives the same answer for 24 h. Scope: tenant, method, path.',
  schema: z.string().min(1).max(255),
});

const preconditions: readonly HeaderContract[] = [
  {
    name: 'If-Match',
    required: false,
    description: 'One ETag of this API, or *: else 412 and nothing is done.',
    schema: z.string(),
  },
  {
    name: 'If-None-Match',
    required: false,
    description: '*: the resource must not exist yet, else 412.',
    schema: z.string(),
  },
];

/** Headers of POST routes. */
export const postHeaders: readonly HeaderContract[] = [key(true), ...preconditions];

/** Headers of PUT routes: a put is idempotent by nature, so its key is optional. */
export const putHeaders: readonly HeaderContract[] = [key(false), ...preconditions];

const runtimeProblems = [
  'VALIDATION_FAILED',
  'HTTP_REQUEST_MALFORMED',
  'HTTP_BODY_TOO_LARGE',
  'HTTP_MEDIA_TYPE_UNSUPPORTED',
  'IDEMPOTENCY_KEY_INVALID',
  'IDEMPOTENCY_KEY_REUSED',
  'IF_MATCH_INVALID',
  'VERSION_MISMATCH',
  'OWNER_COMMAND_IN_FLIGHT',
  'HTTP_SHUTTING_DOWN',
] as const;

/** Problems of POST routes: those of every command, then the route's own. */
export const postProblems = (...own: readonly string[]): readonly string[] => [
  'IDEMPOTENCY_KEY_MISSING',
  ...runtimeProblems,
  ...own,
];

/** Problems of PUT routes. */
export const putProblems = (...own: readonly string[]): readonly string[] => [
  ...runtimeProblems,
  ...own,
];

/** Answer of a command with its resource. */
export const commandResponse = (
  description: string,
  name: string,
  schema: z.ZodType,
): ResponseContract => ({
  description,
  name,
  schema,
  headers: {
    ETag: 'Version of the aggregate (of the card, for its payments too).',
    Location: 'Path of the resource.',
    'Millrace-Position': 'Position token for read-your-writes.',
    'Idempotent-Replayed': '"true" when this is the answer of an earlier request with the key.',
  },
});
