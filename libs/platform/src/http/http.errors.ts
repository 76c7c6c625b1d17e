/**
 * Problems of HTTP itself: what is refused before any command is looked at.
 */
import type { ProblemKind } from './problem';

/** Problems that the platform answers with, by name. */
export const httpProblems = {
  bodyTooLarge: { code: 'HTTP_BODY_TOO_LARGE', status: 413, title: 'Body too large' },
  bodyMissing: { code: 'HTTP_BODY_MISSING', status: 400, title: 'Body missing' },
  mediaType: { code: 'HTTP_MEDIA_TYPE_UNSUPPORTED', status: 415, title: 'Media type unsupported' },
  malformed: { code: 'HTTP_REQUEST_MALFORMED', status: 400, title: 'Request malformed' },
  headersTooLarge: { code: 'HTTP_HEADERS_TOO_LARGE', status: 431, title: 'Headers too large' },
  timeout: { code: 'HTTP_REQUEST_TIMEOUT', status: 408, title: 'Request took too long to arrive' },
  validation: { code: 'VALIDATION_FAILED', status: 422, title: 'Request refused by its schema' },
  routeUnknown: { code: 'HTTP_ROUTE_UNKNOWN', status: 404, title: 'No such route' },
  method: { code: 'HTTP_METHOD_NOT_ALLOWED', status: 405, title: 'Method not allowed' },
  host: { code: 'HTTP_HOST_REFUSED', status: 421, title: 'Host refused' },
  crossSite: { code: 'HTTP_CROSS_SITE_REFUSED', status: 403, title: 'Cross-site request refused' },
  shuttingDown: { code: 'HTTP_SHUTTING_DOWN', status: 503, title: 'Shutting down' },
  internal: { code: 'HTTP_INTERNAL', status: 500, title: 'Internal error' },
} as const satisfies Record<string, ProblemKind>;
