/**
 * The event log of a process, opened by configuration or handed in.
 */
import { EVENT_LOG, type EventLog } from '@millrace/event-log';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';

/** Who closes the log when the process stops. */
const OWNED_LOG = Symbol('OwnedLog');

/** Global module that provides `EVENT_LOG`; global, so that it is closed after all its users. */
@Module({})
export class EventLogModule implements OnApplicationShutdown {
  constructor(@Inject(OWNED_LOG) private readonly owned: { readonly log?: EventLog }) {}

  /** Uses a log that somebody else opened and closes. */
  static using(log: EventLog): DynamicModule {
    return moduleOf(log, {});
  }

  /** Takes over a log: it is closed when the app has stopped. */
  static owning(log: EventLog): DynamicModule {
    return moduleOf(log, { log });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.owned.log?.close();
  }
}

const moduleOf = (log: EventLog, owned: { readonly log?: EventLog }): DynamicModule => ({
  module: EventLogModule,
  global: true,
  providers: [
    { provide: EVENT_LOG, useValue: log },
    { provide: OWNED_LOG, useValue: owned },
  ],
  exports: [EVENT_LOG],
});
