/** How Node's zlib says that `maxOutputLength` was reached. */
export const isAboveOutputLimit = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  error.code === 'ERR_BUFFER_TOO_LARGE';
