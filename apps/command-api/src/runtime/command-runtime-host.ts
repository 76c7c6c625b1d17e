/**
 * Life of the command runtime inside the process: it serves before HTTP listens, and hands its
 * lanes over after the last request has been answered.
 */
import { type Clock, EVENT_LOG, type EventLog } from '@millrace/event-log';
import { CommandRuntime } from '@millrace/event-sourcing';
import { cardAggregate, merchantAggregate } from '@millrace/payments';
import {
  CLOCK,
  CONFIG,
  type Config,
  HealthChecks,
  Metrics,
  ProblemCatalogue,
  SERVICE_LOG,
  type ServiceLog,
  TIMERS,
  type Timers,
} from '@millrace/platform';
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { problemTable } from '../command/problem-table';
import { COMMAND_RUNTIME } from './command-runtime.port';
import { ownerMetrics } from './owner-metrics';

/** What the runtime is made of. */
export interface RuntimeParts {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly config: Config;
  readonly metrics: Metrics;
  readonly serviceLog: ServiceLog;
}

/** The runtime with both aggregates of the domain; it is not started. */
export const commandRuntime = (parts: RuntimeParts): CommandRuntime => {
  const { config, serviceLog } = parts;
  return new CommandRuntime({
    log: parts.log,
    clock: parts.clock,
    aggregates: [cardAggregate, merchantAggregate],
    lanes: config.lanes,
    limits: {
      queueCommands: config.laneQueueLimit,
      batchCommands: config.laneBatchLimit,
      resultAgeMs: config.commandResultsMs,
      sweepEveryMs: config.sweepMs,
    },
    observer: ownerMetrics(parts.metrics, serviceLog),
    schedule: (everyMs, tick) =>
      parts.timers.schedule(everyMs, tick, (err) =>
        serviceLog.error('OWNER_TICK_FAILED', 'a sweep failed; the next one follows', { err }),
      ),
  });
};

/** Nest provider of `COMMAND_RUNTIME`. */
export const commandRuntimeProvider = {
  provide: COMMAND_RUNTIME,
  inject: [EVENT_LOG, CLOCK, TIMERS, CONFIG, Metrics, SERVICE_LOG],
  useFactory: (
    ...[log, clock, timers, config, metrics, serviceLog]: [
      EventLog,
      Clock,
      Timers,
      Config,
      Metrics,
      ServiceLog,
    ]
  ) => commandRuntime({ log, clock, timers, config, metrics, serviceLog }),
};

/** Starts and stops the runtime with its module. */
@Injectable()
export class CommandRuntimeHost implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(COMMAND_RUNTIME) private readonly runtime: CommandRuntime,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(HealthChecks) private readonly health: HealthChecks,
    @Inject(ProblemCatalogue) catalogue: ProblemCatalogue,
  ) {
    catalogue.register(problemTable);
  }

  async onApplicationBootstrap(): Promise<void> {
    const { lanes } = this.config;
    this.health.register('ready', 'command lanes', () => {
      const served = this.runtime.lanes.length;
      return { ok: served > 0, detail: `${served} of ${lanes} lanes are served here` };
    });
    await this.runtime.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.runtime.stop();
  }
}
