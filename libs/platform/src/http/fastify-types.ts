/**
 * Types of the Fastify that Nest's adapter brings along. Taken from the adapter, so that they are
 * those of the running version and no second one has to be kept in step with it.
 */
import type { HttpServer } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

type Adapter = ReturnType<NestFastifyApplication['getHttpAdapter']>;

type Parts =
  Adapter extends HttpServer<infer Request, infer Reply, infer Instance>
    ? { readonly request: Request; readonly reply: Reply; readonly instance: Instance }
    : never;

/** A Fastify instance. */
export type FastifyInstance = Parts['instance'];

/** A request as handlers and hooks see it. */
export type FastifyRequest = Parts['request'];

/** The answer under construction. */
export type FastifyReply = Parts['reply'];
