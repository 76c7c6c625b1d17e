import { EVENT_LOG, type EventLog } from '@millrace/event-log';
import { createSimulatedLog } from '@millrace/event-log/testing';
import { ManualClock } from '@millrace/testkit';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { loadConfig } from '../config/load-config';
import { createHttpApp } from '../http/create-http-app';
import { EventLogModule } from './event-log.module';
import { topicCatalogue } from './topic-catalogue';

const seen: string[] = [];

@Injectable()
class LogUser implements OnApplicationShutdown {
  constructor(@Inject(EVENT_LOG) private readonly log: EventLog) {}

  async onApplicationShutdown(): Promise<void> {
    const topics = await this.log.topics();
    seen.push(`user stopped with ${topics.length} topics open`);
  }
}

class UserModule {}

const runOnce = async (module: ReturnType<typeof EventLogModule.using>): Promise<void> => {
  const config = loadConfig({}, { MILLRACE_PORT: 0, MILLRACE_LOG_LEVEL: 'silent' });
  const user = { module: UserModule, providers: [LogUser] };
  const app = await createHttpApp([module, user], config, { name: 'test' });
  await app.listen();
  await app.close();
};

const simulated = (): EventLog => createSimulatedLog({ clock: new ManualClock(0), seed: 1 });

describe('the module of the event log', () => {
  beforeEach(() => seen.splice(0));

  it('closes a log that it owns after everybody who uses it', async () => {
    const log = simulated();
    await log.ensureTopics(topicCatalogue({ lanes: 1, commandResultsMs: 86_400_000 }));
    await runOnce(EventLogModule.owning(log));
    expect(seen).toEqual(['user stopped with 10 topics open']);
    await expect(log.topics()).rejects.toMatchObject({ code: 'EVENT_LOG_CLOSED' });
  });

  it('leaves a log open that it only uses', async () => {
    const log = simulated();
    await runOnce(EventLogModule.using(log));
    expect(await log.topics()).toEqual([]);
  });
});
