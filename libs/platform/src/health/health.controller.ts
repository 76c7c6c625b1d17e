/**
 * `/livez`, `/readyz`, `/startupz`.
 */
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { z } from 'zod';
import type { FastifyReply } from '../http/fastify-types';
import { Operation, type OperationContract } from '../openapi/operation';
import { HealthChecks, type HealthQuestion } from './health-checks';

const reportSchema = z.strictObject({
  ok: z.boolean(),
  checks: z.array(
    z.strictObject({ name: z.string(), ok: z.boolean(), detail: z.string().optional() }),
  ),
});

const contract = (operationId: string, summary: string): OperationContract => ({
  operationId,
  summary,
  tag: 'operations',
  responses: {
    200: { description: 'Yes.', name: 'HealthReport', schema: reportSchema },
    503: { description: 'No.', name: 'HealthReport', schema: reportSchema },
  },
  problems: [],
});

/** Answers 200 or 503 with each check by name. */
@Controller()
export class HealthController {
  constructor(@Inject(HealthChecks) private readonly health: HealthChecks) {}

  @Get('/livez')
  @Operation(contract('livez', 'Whether the process turns'))
  live(@Res() reply: FastifyReply): Promise<void> {
    return this.#answer('live', reply);
  }

  @Get('/readyz')
  @Operation(contract('readyz', 'Whether it serves'))
  ready(@Res() reply: FastifyReply): Promise<void> {
    return this.#answer('ready', reply);
  }

  @Get('/startupz')
  @Operation(contract('startupz', 'Whether it has restored its state'))
  started(@Res() reply: FastifyReply): Promise<void> {
    return this.#answer('started', reply);
  }

  async #answer(question: HealthQuestion, reply: FastifyReply): Promise<void> {
    const report = this.health.report(question);
    await reply.code(report.ok ? 200 : 503).send(report);
  }
}
