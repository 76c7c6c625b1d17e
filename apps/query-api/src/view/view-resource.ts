/**
 * Views and rebuilds as operators see them.
 */
import { z } from 'zod';

const lane = z.strictObject({
  lane: z.int(),
  /** `elsewhere`: no projector of this process has the lane; its state is known to its own. */
  state: z.enum(['starting', 'running', 'paused', 'done', 'stopped', 'elsewhere']),
  generation: z.int(),
  /** Offset of the next record to apply. */
  position: z.int(),
  /** Last stable offset of the log. */
  end: z.int(),
  lagRecords: z.int(),
  /** Age of the oldest record that waits; null when the projector runs elsewhere. */
  lagSeconds: z.number().nullable(),
  recordsPerSecond: z.number().nullable(),
  blocked: z.array(z.strictObject({ subject: z.string(), offset: z.int(), reason: z.string() })),
  failure: z.strictObject({ code: z.string(), message: z.string() }).optional(),
});

const part = z.strictObject({
  part: z.string(),
  topic: z.string(),
  /** The generation that queries see. */
  generation: z.int(),
  lagRecords: z.int(),
  lagSeconds: z.number().nullable(),
  lanes: z.array(lane),
});

/** Schema of one view. */
export const viewSchema = z.strictObject({
  view: z.string(),
  lagRecords: z.int(),
  lagSeconds: z.number().nullable(),
  parts: z.array(part),
});

/** Schema of all views. */
export const viewsSchema = z.strictObject({ items: z.array(viewSchema) });

/** Schema of a rebuild. */
export const rebuildSchema = z.strictObject({
  rebuildId: z.string(),
  view: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  compare: z.boolean(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().optional(),
  /** Of the part in work; parts are rebuilt one after the other. */
  progress: z
    .strictObject({
      part: z.string(),
      partNumber: z.int(),
      partCount: z.int(),
      generation: z.int(),
      state: z.enum(['backfilling', 'catching-up', 'comparing', 'swapping', 'live']),
      done: z.int(),
      total: z.int(),
      perSecond: z.number(),
      secondsLeft: z.number().nullable(),
    })
    .optional(),
  /** Parts that are rebuilt, once the rebuild is done. */
  parts: z
    .array(
      z.strictObject({
        part: z.string(),
        generation: z.int(),
        replayed: z.int(),
        tookMs: z.int(),
        equalRows: z.int().optional(),
        differentRows: z.int().optional(),
      }),
    )
    .optional(),
  failure: z.strictObject({ code: z.string(), message: z.string() }).optional(),
});

/** A view in answers. */
export type ViewResource = z.output<typeof viewSchema>;

/** A part in answers. */
export type PartResource = z.output<typeof part>;

/** A rebuild in answers. */
export type RebuildResource = z.output<typeof rebuildSchema>;
