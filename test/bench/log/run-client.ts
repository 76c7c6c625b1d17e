/** Runs one measure of one client in a process of its own, warmed up on a topic of its own. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import type { Load, Measure, Usage } from './bench-client.port';

/** The clients that run on Node. */
export const clients = ['millrace', 'kafkajs', 'kafkats'] as const;

/** One of {@link clients}. */
export type Client = (typeof clients)[number];

/** What is run. */
export interface Task {
  readonly client: Client;
  readonly measure: Measure;
  readonly brokers: readonly string[];
  readonly load: Load;
  /** Done first and not counted. */
  readonly warmUp: Load;
}

const usage = z.object({
  records: z.number(),
  wallSeconds: z.number(),
  cpuSeconds: z.number(),
});
const message = z.object({ result: z.union([usage, z.array(z.number())]) });

/** @returns usage of appends and reads, or ms of each repetition */
export const runClient = (task: Task): Promise<Usage | readonly number[]> =>
  new Promise((resolve, reject) => {
    const child = fork(join(__dirname, 'client-main.ts'), [JSON.stringify(task)]);
    let result: Usage | readonly number[] | undefined;
    child.on('message', (received) => {
      result = message.parse(received).result;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (result !== undefined) resolve(result);
      else reject(new Error(`${task.client} ${task.measure} ended with code ${code}`));
    });
  });
