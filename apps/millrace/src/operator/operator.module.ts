/** Routes for the operator's command line in the all-in-one process. */
import { COMMAND_RUNTIME, CommandApiModule } from '@millrace/command-api';
import type { CommandRuntime } from '@millrace/event-sourcing';
import { ProblemCatalogue } from '@millrace/platform';
import { type BeforeApplicationShutdown, type DynamicModule, Inject, Module } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { viewsCaughtUp } from '../host/views-caught-up';
import { ImportJobs } from './import-job';
import { ImportsController } from './imports.controller';
import { operatorProblemTable } from './operator.errors';

/** Runs imports; the running one ends before the lanes are handed over. */
@Module({})
export class OperatorModule implements BeforeApplicationShutdown {
  constructor(
    @Inject(ImportJobs) private readonly jobs: ImportJobs,
    @Inject(ProblemCatalogue) catalogue: ProblemCatalogue,
  ) {
    catalogue.register(operatorProblemTable);
  }

  /** @param folder the data folder: refused lines are listed there */
  static using(folder: string): DynamicModule {
    return {
      module: OperatorModule,
      imports: [CommandApiModule],
      controllers: [ImportsController],
      providers: [
        {
          provide: ImportJobs,
          inject: [COMMAND_RUNTIME, ModuleRef],
          useFactory: (runtime: CommandRuntime, modules: ModuleRef) =>
            new ImportJobs({
              folder,
              submitAll: (requests) => runtime.submitAll(requests),
              viewsCaughtUp: (signal) => viewsCaughtUp(modules, signal),
              elapsedMs: () => performance.now(),
            }),
        },
      ],
    };
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.jobs.stop();
  }
}
