/**
 * `/metrics`.
 */
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from '../http/fastify-types';
import { Operation } from '../openapi/operation';
import { Metrics } from './metrics';

/** Serves the metrics of the process. */
@Controller()
export class MetricsController {
  constructor(@Inject(Metrics) private readonly metrics: Metrics) {}

  @Get('/metrics')
  @Operation({
    operationId: 'metrics',
    summary: 'Metrics in Prometheus text format',
    tag: 'operations',
    responses: { 200: { description: 'The metrics.', mediaType: 'text/plain' } },
    problems: [],
  })
  async read(@Res() reply: FastifyReply): Promise<void> {
    const text = await this.metrics.registry.metrics();
    await reply.header('content-type', this.metrics.registry.contentType).send(text);
  }
}
