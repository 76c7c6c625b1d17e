/**
 * What every app of a process shares: configuration, clock, timers, log, metrics, health.
 */
import type { Clock } from '@millrace/event-log';
import { type DynamicModule, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import type { Config } from '../config/load-config';
import { HealthController } from '../health/health.controller';
import { HealthChecks } from '../health/health-checks';
import { ProblemCatalogue } from '../http/problem-catalogue';
import { SERVICE_LOG, type ServiceLog } from '../logging/service-log.port';
import { Metrics } from '../metrics/metrics';
import { MetricsController } from '../metrics/metrics.controller';
import { API_TITLE, OpenApiController } from '../openapi/openapi.controller';
import { CLOCK, SystemClock } from '../time/system-clock';
import { SystemTimers } from '../time/system-timers';
import { TIMERS, type Timers } from '../time/timers.port';

/** Nest token of the configuration. */
export const CONFIG = Symbol('Config');

/** What the module is given; what is left out is the machine's own. */
export interface PlatformParts {
  readonly config: Config;
  /** Name of the app: title of the API, field of every log line. */
  readonly name: string;
  readonly log: ServiceLog;
  readonly clock?: Clock;
  readonly timers?: Timers;
}

/** Global module: import it once per process (`createHttpApp` does). */
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: a Nest module is a class
export class PlatformModule {
  static forRoot(parts: PlatformParts): DynamicModule {
    const shared = [
      { provide: CONFIG, useValue: parts.config },
      { provide: CLOCK, useValue: parts.clock ?? new SystemClock() },
      { provide: TIMERS, useValue: parts.timers ?? new SystemTimers() },
      { provide: SERVICE_LOG, useValue: parts.log },
      Metrics,
      HealthChecks,
      ProblemCatalogue,
    ];
    return {
      module: PlatformModule,
      global: true,
      imports: [DiscoveryModule],
      controllers: [HealthController, MetricsController, OpenApiController],
      providers: [...shared, { provide: API_TITLE, useValue: parts.name }],
      exports: shared.map((provider) => ('provide' in provider ? provider.provide : provider)),
    };
  }
}
