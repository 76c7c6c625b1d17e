/**
 * Problems of commands: what is wrong with their headers, and what the runtime refuses.
 */
import { problemKinds } from '@millrace/platform';

/** Problems of this app, by code. */
export const commandProblems = problemKinds({
  CURSOR_INVALID: {
    status: 400,
    title: 'Cursor not understood',
  },
  IDEMPOTENCY_KEY_INVALID: {
    status: 400,
    title: 'Idempotency-Key invalid',
  },
  IDEMPOTENCY_KEY_MISSING: {
    status: 400,
    title: 'Idempotency-Key missing',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    title: 'Idempotency-Key used with another body',
  },
  IF_MATCH_INVALID: {
    status: 400,
    title: 'If-Match or If-None-Match invalid',
  },
  MERCHANT_NOT_FOUND: {
    status: 404,
    title: 'Merchant not found',
  },
  VERSION_MISMATCH: {
    status: 412,
    title: 'Version mismatch',
  },
});
