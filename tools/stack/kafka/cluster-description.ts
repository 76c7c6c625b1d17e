/** What a process must know to handle a cluster that another one started: a file in its folder. */
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const addressSchema = z.object({ host: z.string(), port: z.number().int() }).readonly();

const launchSchema = z
  .object({
    name: z.string(),
    command: z.string(),
    args: z.array(z.string()).readonly(),
    logFile: z.string(),
    pidFile: z.string(),
    marker: z.string(),
  })
  .readonly();

const descriptionSchema = z
  .object({
    line: z.enum(['3.9', '4.4']),
    folder: z.string(),
    /** Whether the folder stays when the cluster is stopped. */
    kept: z.boolean(),
    toolsJars: z.string(),
    nodes: z
      .array(
        z
          .object({
            nodeId: z.number().int(),
            client: addressSchema,
            advertised: addressSchema,
            inner: addressSchema,
            launch: launchSchema,
          })
          .readonly(),
      )
      .readonly(),
    secured: z
      .object({
        bootstrap: z.array(z.string()).readonly(),
        caPem: z.string(),
        user: z.string(),
        password: z.string(),
      })
      .readonly()
      .optional(),
  })
  .readonly();

export type ClusterDescription = z.infer<typeof descriptionSchema>;

export const writeDescription = (file: string, description: ClusterDescription): void =>
  writeFileSync(file, JSON.stringify(description, undefined, 2));

/** @throws Error when the file is missing or says something else */
export const readDescription = (file: string): ClusterDescription =>
  descriptionSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
