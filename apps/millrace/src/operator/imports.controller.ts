/** Routes by which the command line asks the running process to import a file. */
import { Operation, ProblemError, ZodPipe } from '@millrace/platform';
import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { ImportJobs, type ImportStatus } from './import-job';
import { importOperations, importPath, importRequest } from './import-operations';
import { operatorProblems } from './operator.errors';

/** Imports of this process. */
@Controller('/v1/imports')
export class ImportsController {
  constructor(@Inject(ImportJobs) private readonly jobs: ImportJobs) {}

  @Post()
  @HttpCode(202)
  @Operation(importOperations.start)
  start(@Body(new ZodPipe(importRequest)) { file }: z.output<typeof importRequest>): ImportStatus {
    return this.jobs.start(file);
  }

  @Get(':importId')
  @Operation(importOperations.read)
  read(
    @Param(new ZodPipe(importPath, 'path')) { importId }: z.output<typeof importPath>,
  ): ImportStatus {
    const status = this.jobs.status(importId);
    if (status !== undefined) return status;
    throw new ProblemError(operatorProblems.IMPORT_UNKNOWN, 'this process knows no such import');
  }
}
