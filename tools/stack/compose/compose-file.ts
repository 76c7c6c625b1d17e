/**
 * docker-compose.yml as the compose command reads it: variables take their defaults, anchors are
 * merged. Of its content only what the checks ask for is kept.
 */
import { parse } from 'yaml';
import { z } from 'zod';

const text = z.union([z.string(), z.number().transform(String)]);

const serviceSchema = z.object({
  image: z.string().optional(),
  build: z.object({ context: z.string(), args: z.record(z.string(), z.string()) }).optional(),
  profiles: z.array(z.string()).default([]),
  environment: z.record(z.string(), text).default({}),
  command: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  network_mode: z.string().optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.object({ test: z.array(z.string()).min(2) }).optional(),
  deploy: z
    .object({
      resources: z.object({ limits: z.object({ cpus: z.string(), memory: z.string() }) }),
    })
    .optional(),
});

const fileSchema = z.object({
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), z.unknown()).default({}),
});

/** One service. */
export type ComposeService = z.output<typeof serviceSchema>;

/** Services and named volumes, by name. */
export type ComposeFile = z.output<typeof fileSchema>;

/**
 * The document of a compose file, before any check.
 *
 * @param source YAML; `${NAME:-default}` becomes its default, `$$` becomes `$`
 * @throws YAMLParseError, or Error when a variable has no default
 */
export const composeDocument = (source: string): unknown =>
  parse(
    source.replace(/\$\$|\$\{(\w+):-([^}]*)\}|\$\{?\w+/g, (whole, name, fallback) => {
      if (whole === '$$') return '$';
      if (name === undefined) throw new Error(`docker-compose.yml: ${whole} has no default`);
      return fallback;
    }),
    { merge: true },
  );

/** @throws ZodError when a service is not written the way this repository writes them */
export const composeFile = (source: string): ComposeFile =>
  fileSchema.parse(composeDocument(source));
