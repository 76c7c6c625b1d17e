/** What a copier process is told on its command line, and what it tells on its standard output. */
import { z } from 'zod';

const settingsSchema = z
  .object({
    brokers: z.array(z.string()).readonly(),
    topics: z
      .object({
        input: z.string(),
        output: z.string(),
        changelog: z.string(),
        partitions: z.number().int(),
      })
      .readonly(),
    /** Prefix of the writers' ids; a lane's writer is `<prefix>-<lane>`. */
    writer: z.string(),
    /** Lanes come from this group; all of them without it. */
    group: z.string().optional(),
    seed: z.number().int(),
    /** Whether one in 41 transactions is aborted on purpose. */
    aborts: z.boolean(),
    afterDoubt: z.enum(['takes-over', 'ends']),
    /** SIGKILL to itself at this commit (1 = the first), after it and before it is told. */
    diesAtCommit: z.number().int().optional(),
  })
  .readonly();

export type CopierSettings = z.infer<typeof settingsSchema>;

/** @throws ZodError */
export const parseSettings = (text: string): CopierSettings =>
  settingsSchema.parse(JSON.parse(text));

const lane = z.number().int();
const eventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('opened'), lane, next: z.number().int() }).readonly(),
  z.object({ kind: z.literal('began'), lane, by: z.string() }).readonly(),
  z.object({ kind: z.literal('aborting'), lane, by: z.string() }).readonly(),
  z
    .object({ kind: z.literal('committed'), lane, by: z.string(), next: z.number().int() })
    .readonly(),
  z.object({ kind: z.literal('doubt'), lane, code: z.string() }).readonly(),
  z.object({ kind: z.literal('fenced'), lane }).readonly(),
  z.object({ kind: z.literal('assigned'), lanes: z.array(lane).readonly() }).readonly(),
  z.object({ kind: z.literal('revoked'), lanes: z.array(lane).readonly() }).readonly(),
  /** What the log's observer was told. */
  z.object({ kind: z.literal('log'), what: z.string() }).readonly(),
  z.object({ kind: z.literal('failed'), error: z.string() }).readonly(),
]);

export type CopierEvent = z.infer<typeof eventSchema>;

/** @throws ZodError */
export const parseEvent = (line: string): CopierEvent => eventSchema.parse(JSON.parse(line));

/** Exit codes of a copier that ended by itself. */
export const COPIER_EXIT = { stopped: 0, failed: 1, fenced: 3, doubt: 4 } as const;
