/**
 * `/v1/views`: how far the views are, and their rebuilds.
 */
import {
  type FastifyReply,
  Operation,
  type OperationContract,
  ProblemError,
  ZodPipe,
} from '@millrace/platform';
import { isViewName, type ViewName } from '@millrace/views';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { z } from 'zod';
import { readProblems } from '../query/query-contract';
import { queryProblems } from '../query-api.errors';
import { Rebuilds, rebuildPath } from './rebuilds';
import {
  type RebuildResource,
  rebuildSchema,
  type ViewResource,
  viewsSchema,
} from './view-resource';
import { ViewStatuses } from './view-status';

const rebuildRequest = z.strictObject({
  /** Compares the new generation with the old one, row for row, before the swap. */
  compare: z.boolean().default(false),
});
const rebuildBody = rebuildRequest.default({ compare: false });
const name = z.string().min(1).max(40);
const rebuildId = z.string().min(1).max(64);

const list: OperationContract = {
  operationId: 'listViews',
  summary: 'Position, lag, generation and state of every view',
  tag: 'views',
  responses: { 200: { description: 'The views.', name: 'Views', schema: viewsSchema } },
  problems: readProblems,
};

const start: OperationContract = {
  operationId: 'rebuildView',
  summary: 'Rebuilds a view from the log beside the live one, then swaps',
  tag: 'views',
  description: 'Queries are answered from the live generation until the swap.',
  path: { view: name },
  body: { name: 'RebuildView', schema: rebuildRequest, required: false },
  responses: {
    202: {
      description: 'Started.',
      name: 'ViewRebuild',
      schema: rebuildSchema,
      headers: { Location: 'Path of the rebuild, to follow it.' },
    },
  },
  problems: [...readProblems, 'VIEW_UNKNOWN', 'VIEW_NOT_PROJECTED_HERE', 'VIEW_REBUILD_RUNNING'],
};

const follow: OperationContract = {
  operationId: 'followRebuild',
  summary: 'How far a rebuild is',
  tag: 'views',
  path: { view: name, rebuildId },
  responses: { 200: { description: 'The rebuild.', name: 'ViewRebuild', schema: rebuildSchema } },
  problems: [...readProblems, 'VIEW_UNKNOWN', 'VIEW_REBUILD_UNKNOWN'],
};

/** Tells about views and rebuilds them. */
@Controller('/v1/views')
export class ViewsController {
  constructor(
    @Inject(ViewStatuses) private readonly statuses: ViewStatuses,
    @Inject(Rebuilds) private readonly rebuilds: Rebuilds,
  ) {}

  @Get()
  @Operation(list)
  async list(): Promise<{ readonly items: readonly ViewResource[] }> {
    return { items: await this.statuses.all() };
  }

  @Post(':view/rebuilds')
  @HttpCode(202)
  @Operation(start)
  start(
    @Param('view', new ZodPipe(name, 'path')) view: string,
    @Body(new ZodPipe(rebuildBody)) body: z.output<typeof rebuildBody>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): RebuildResource {
    const rebuild = this.rebuilds.start(known(view), body.compare);
    void reply.header('location', rebuildPath(rebuild));
    return rebuild;
  }

  @Get(':view/rebuilds/:rebuildId')
  @Operation(follow)
  follow(
    @Param('view', new ZodPipe(name, 'path')) view: string,
    @Param('rebuildId', new ZodPipe(rebuildId, 'path')) id: string,
  ): RebuildResource {
    return this.rebuilds.get(known(view), id);
  }
}

const known = (view: string): ViewName => {
  if (isViewName(view)) return view;
  throw new ProblemError(queryProblems.VIEW_UNKNOWN, 'views are payments, cards and analytics');
};
