/**
 * Shape of problem details in the document.
 */
import { z } from 'zod';

/** A problem as it goes over the wire. Source: RFC 9457. */
export const problemSchema = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int().min(400).max(599),
  code: z.string(),
  detail: z.string(),
  instance: z.string(),
  traceId: z.string(),
  errors: z
    .array(
      z.strictObject({
        in: z.enum(['body', 'path', 'query', 'header']),
        pointer: z.string(),
        code: z.string(),
        detail: z.string(),
      }),
    )
    .max(20)
    .optional(),
});
