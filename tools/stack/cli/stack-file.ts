/** What `stack up` has started, in `.cache/stack.json` (or MILLRACE_STACK_FILE). */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { withLock } from '../cache/lock-file';

const startedSchema = z
  .object({
    source: z.enum(['compose', 'processes']),
    url: z.string(),
    version: z.string(),
    /** Empty with `compose`, whose containers Docker knows. */
    processes: z
      .array(z.object({ name: z.string(), pidFile: z.string(), marker: z.string() }).readonly())
      .readonly(),
    /** Thrown away with them. */
    folder: z.string().optional(),
    /** Of Kafka only. */
    brokers: z.number().int().optional(),
    line: z.enum(['3.9', '4.4']).optional(),
  })
  .readonly();

const stackSchema = z
  .object({
    kafka: startedSchema.optional(),
    elasticsearch: startedSchema.optional(),
    redis: startedSchema.optional(),
    postgres: startedSchema.optional(),
  })
  .readonly();

export type StartedEngine = z.infer<typeof startedSchema>;
export type StartedStack = z.infer<typeof stackSchema>;

const LOCK_DEADLINE_MS = 600_000;

const stackFile = (): string =>
  process.env['MILLRACE_STACK_FILE'] ?? join(__dirname, '../../../.cache/stack.json');

/** @throws Error when the file is damaged, with its path */
export const readStack = (): StartedStack => {
  const file = stackFile();
  if (!existsSync(file)) return {};
  const parsed = stackSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file} is damaged: ${parsed.error.message}`);
  return parsed.data;
};

export const writeStack = (stack: StartedStack): void =>
  writeFileSync(stackFile(), `${JSON.stringify(stack, undefined, 2)}\n`);

/** Lets one command at a time change the stack. */
export const changingStack = <Result>(work: () => Promise<Result>): Promise<Result> => {
  const file = stackFile();
  mkdirSync(dirname(file), { recursive: true });
  const what = 'another "stack up" or "stack down"';
  return withLock({ file: `${file}.lock`, what, deadlineMs: LOCK_DEADLINE_MS }, work);
};
