/** What the import routes promise. */
import { isAbsolute } from 'node:path';
import type { OperationContract } from '@millrace/platform';
import { z } from 'zod';
import { ImportRunningError } from './operator.errors';

const count = z.int().min(0);

/** Body of `POST /v1/imports`. */
export const importRequest = z.strictObject({
  /** Absolute path on the machine of the process. */
  file: z.string().min(1).max(4_096).refine(isAbsolute, 'an absolute path is wanted'),
});

/** Path of `GET /v1/imports/{importId}`. */
export const importPath = z.strictObject({ importId: z.string().regex(/^imp_\d{1,9}$/) });

/** An import as both routes show it. */
export const importStatus = z.object({
  id: z.string(),
  file: z.string(),
  state: z.enum(['running', 'catching-up', 'done', 'failed']),
  progress: z.object({
    payments: count,
    declined: count,
    disputes: count,
    unchanged: count,
    rejected: count,
    readShare: z.number().min(0).max(1),
  }),
  tookMs: z.number(),
  rejectsFile: z.string(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});

const body = { name: 'Import', schema: importStatus } as const;

/** Contracts of the routes. */
export const importOperations = {
  start: {
    operationId: 'startImport',
    summary: 'Import a file of labelled payments into this process',
    tag: 'operator',
    body: { name: 'ImportRequest', schema: importRequest, required: true },
    responses: { 202: { description: 'It runs', ...body } },
    problems: [ImportRunningError.code],
  },
  read: {
    operationId: 'readImport',
    summary: 'How far an import is',
    tag: 'operator',
    path: { importId: importPath.shape.importId },
    responses: { 200: { description: 'The import', ...body } },
    problems: ['IMPORT_UNKNOWN'],
  },
} as const satisfies Record<string, OperationContract>;
