/**
 * Problems of HTTP itself: what is refused before any command is looked at.
 */
import { problemKinds } from './problem';

/** Problems that the platform answers with, by code. */
export const httpProblems = problemKinds({
  HTTP_BODY_MISSING: {
    status: 400,
    title: 'Body missing',
  },
  HTTP_BODY_TOO_LARGE: {
    status: 413,
    title: 'Body too large',
  },
  HTTP_CROSS_SITE_REFUSED: {
    status: 403,
    title: 'Cross-site request refused',
  },
  HTTP_HEADERS_TOO_LARGE: {
    status: 431,
    title: 'Headers too large',
  },
  HTTP_HOST_REFUSED: {
    status: 421,
    title: 'Host refused',
  },
  HTTP_INTERNAL: {
    status: 500,
    title: 'Internal error',
  },
  HTTP_MEDIA_TYPE_UNSUPPORTED: {
    status: 415,
    title: 'Media type unsupported',
  },
  HTTP_METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'Method not allowed',
  },
  HTTP_REQUEST_MALFORMED: {
    status: 400,
    title: 'Request malformed',
  },
  HTTP_REQUEST_TIMEOUT: {
    status: 408,
    title: 'Request took too long to arrive',
  },
  HTTP_ROUTE_UNKNOWN: {
    status: 404,
    title: 'No such route',
  },
  HTTP_SHUTTING_DOWN: {
    status: 503,
    title: 'Shutting down',
  },
  VALIDATION_FAILED: {
    status: 422,
    title: 'Request refused by its schema',
  },
});
