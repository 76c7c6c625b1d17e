/**
 * What all query routes promise alike.
 */

/** Problems of routes that read. */
export const readProblems: readonly string[] = [
  'VALIDATION_FAILED',
  'HTTP_REQUEST_MALFORMED',
  'HTTP_SHUTTING_DOWN',
];

/** Problems of routes that give pages. */
export const pageProblems: readonly string[] = [...readProblems, 'QUERY_CURSOR_INVALID'];
