import { AlertResponderModule, RuntimeCardBlocker } from '@millrace/alert-responder';
import { COMMAND_RUNTIME, CommandApiModule } from '@millrace/command-api';
import { CodedError, type EventLog, type LogRecord, partitionFor } from '@millrace/event-log';
import { createSimulatedLog, type SimulatedLog } from '@millrace/event-log/testing';
import {
  type CommandRuntime,
  decodeEvent,
  type EventEnvelope,
  SOURCE_IMPORT,
} from '@millrace/event-sourcing';
import type { Alert } from '@millrace/fraud';
import type { CardRow, PaymentRow } from '@millrace/payments';
import {
  type AppModule,
  createHttpApp,
  EventLogModule,
  type HttpApp,
  loadConfig,
  topicCatalogue,
} from '@millrace/platform';
import { StreamProcessorModule } from '@millrace/stream-processor';
import { at, authorize, ManualClock, minutes, openCard, seconds } from '@millrace/testkit';

const LANES = 2;
const T0 = at('2025-03-01T10:00:00Z');
const CARD = 'card_story';
const DEADLINE_TURNS = 20_000;

const blockingHere = AlertResponderModule.using({
  imports: [CommandApiModule],
  inject: [COMMAND_RUNTIME],
  useFactory: (runtime: CommandRuntime) => new RuntimeCardBlocker(runtime),
});

const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (let turn = 0; turn < DEADLINE_TURNS; turn += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('what was awaited did not come');
};

/** A log on which the effect has happened and the position is not published: as after a crash. */
const dyingBeforePositions = (log: EventLog): EventLog =>
  new Proxy(log, {
    get: (target, name) => {
      if (name === 'publishGroupPositions') {
        return async (
          groupId: string,
          positions: Parameters<EventLog['publishGroupPositions']>[1],
        ) => {
          if (groupId !== 'alert-responder')
            return target.publishGroupPositions(groupId, positions);
          throw new CodedError('TEST_CRASH', 'the process dies here', { retryable: false });
        };
      }
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });

class Backend {
  readonly clock = new ManualClock(T0);
  readonly log: SimulatedLog = createSimulatedLog({ seed: 7, clock: this.clock });
  readonly #apps: HttpApp[] = [];
  #payments = 0;

  async start(modules: readonly AppModule[], overrides = {}, log: EventLog = this.log.client()) {
    const quiet = { MILLRACE_PORT: 0, MILLRACE_LOG_LEVEL: 'silent', MILLRACE_LANES: LANES };
    const config = loadConfig({}, { ...quiet, ...overrides });
    await log.ensureTopics(topicCatalogue(config));
    const app = await createHttpApp([EventLogModule.using(log), ...modules], config, {
      name: 'test',
      clock: this.clock,
    });
    this.#apps.unshift(app);
    return { app, url: await app.listen() };
  }

  async close(): Promise<void> {
    for (const app of this.#apps.splice(0)) await app.close();
    await this.log.close();
  }

  async open(app: HttpApp): Promise<CommandRuntime> {
    const runtime = app.nest.get<CommandRuntime>(COMMAND_RUNTIME, { strict: false });
    const command = openCard({ limitMinor: 10_000_000 });
    await runtime.submit({ aggregate: 'card', aggregateId: CARD, command });
    return runtime;
  }

  /** Pays 30 s after the payment before; gives the payment as it was decided. */
  async pay(runtime: CommandRuntime, country: string, source?: string): Promise<PaymentRow> {
    this.#payments += 1;
    this.clock.advanceMs(seconds(30));
    const occurredAtMs = this.clock.nowMs();
    const outcome = await runtime.submit<PaymentRow>({
      aggregate: 'card',
      aggregateId: CARD,
      command: authorize({ paymentId: `pay_${this.#payments}`, country, occurredAtMs }),
      ...(source === undefined ? {} : { source }),
    });
    if (outcome.kind === 'rejected') throw new Error(outcome.code);
    const row = outcome.rows[1];
    if (row === undefined) throw new Error('no payment');
    return row;
  }

  async burst(runtime: CommandRuntime, source?: string): Promise<void> {
    for (const country of ['BE', 'FR', 'FR', 'BE', 'DE']) await this.pay(runtime, country, source);
  }

  async eventsOf(topic: string): Promise<readonly EventEnvelope[]> {
    const partition = partitionFor(CARD, LANES);
    const reader = await this.log.openReader([{ topic, partition, offset: 0 }]);
    const records: LogRecord[] = [];
    for (;;) {
      const [batch] = await reader.poll({ maxWaitMs: 0 });
      if (batch === undefined) break;
      records.push(...batch.records);
    }
    await reader.close();
    return records.flatMap((record) => decodeEvent(record) ?? []);
  }

  async alerts(): Promise<readonly Alert[]> {
    return (await this.eventsOf('alert-events')).map(({ data }) => data as Alert);
  }

  async blocks(): Promise<readonly unknown[]> {
    const events = await this.eventsOf('card-events');
    return events
      .filter(({ type }) => type === 'card.blocked')
      .map(({ data }) => (data as { alertId?: string }).alertId);
  }

  /** Whether the responder has published a position behind every alert. */
  async answeredAll(): Promise<boolean> {
    const partition = partitionFor(CARD, LANES);
    const [end] = await this.log.offsets([{ topic: 'alert-events', partition }]);
    const positions = await this.log.groupPositions('alert-responder');
    const mine = positions.find((position) => position.partition === partition);
    return mine !== undefined && mine.offset > 0 && mine.offset === end?.endOffset;
  }
}

describe('a card that is misused', () => {
  let backend: Backend;
  beforeEach(() => {
    backend = new Backend();
  });
  afterEach(() => backend.close());

  it('is blocked by its alert, and the next payment declined', async () => {
    const { app } = await backend.start([CommandApiModule, StreamProcessorModule, blockingHere]);
    const runtime = await backend.open(app);
    await backend.burst(runtime);
    await until(() => runtime.read<CardRow>('card', CARD)?.blocked === true);
    await until(() => backend.answeredAll());
    const alerts = await backend.alerts();
    expect(alerts.map(({ ruleId, crossedBy }) => [ruleId, crossedBy])).toEqual([
      ['countries-5m', 'pay_5'],
      ['countries-6h', 'pay_5'],
    ]);
    expect(await backend.blocks()).toEqual(alerts.map(({ alertId }) => alertId));

    const next = await backend.pay(runtime, 'NL');
    expect([next.status, next.declineReason]).toEqual(['declined', 'card-blocked']);
    await until(async () => (await backend.alerts()).length > 2);
    expect((await backend.alerts())[2]).toMatchObject({ revision: 2, crossedBy: 'pay_5' });
  });

  it('is blocked over HTTP too, by a responder in another process', async () => {
    const { app, url } = await backend.start([CommandApiModule, StreamProcessorModule]);
    const overHttp = { MILLRACE_COMMAND_URL: url };
    await backend.start([AlertResponderModule.overHttp()], overHttp);
    const runtime = await backend.open(app);
    await backend.burst(runtime);
    await until(() => backend.answeredAll());
    expect(await backend.blocks()).toEqual((await backend.alerts()).map(({ alertId }) => alertId));
    expect((await backend.pay(runtime, 'BE')).declineReason).toBe('card-blocked');
  });

  it('has one block for each alert after a crash between effect and position', async () => {
    const { app } = await backend.start([CommandApiModule, StreamProcessorModule]);
    const runtime = await backend.open(app);
    const blocker = { useFactory: () => new RuntimeCardBlocker(runtime) };
    const dying = dyingBeforePositions(backend.log.client());
    const first = await backend.start([AlertResponderModule.using(blocker)], {}, dying);
    await backend.burst(runtime);
    await until(async () => (await backend.blocks()).length === 2);
    await until(async () => (await fetch(`${first.url}/readyz`)).status === 503);
    expect(await backend.answeredAll()).toBe(false);
    await first.app.close();

    await backend.start([AlertResponderModule.using(blocker)]);
    await until(() => backend.answeredAll());
    expect(await backend.blocks()).toEqual((await backend.alerts()).map(({ alertId }) => alertId));
  });

  it('is not blocked again when somebody has unblocked it and the alert comes once more', async () => {
    const { app } = await backend.start([CommandApiModule, StreamProcessorModule]);
    const runtime = await backend.open(app);
    const blocker = { useFactory: () => new RuntimeCardBlocker(runtime) };
    const dying = dyingBeforePositions(backend.log.client());
    const first = await backend.start([AlertResponderModule.using(blocker)], {}, dying);
    await backend.burst(runtime);
    await until(async () => (await backend.blocks()).length === 2);
    await first.app.close();
    const unblock = { type: 'unblock-card', reason: 'the holder was asked' };
    await runtime.submit({ aggregate: 'card', aggregateId: CARD, command: unblock });

    await backend.start([AlertResponderModule.using(blocker)]);
    await until(() => backend.answeredAll());
    expect(runtime.read<CardRow>('card', CARD)?.blocked).toBe(false);
    expect(await backend.blocks()).toHaveLength(2);
  });

  it('is not blocked by an alert that is answered more than 10 minutes late', async () => {
    const { app } = await backend.start([CommandApiModule, StreamProcessorModule]);
    const runtime = await backend.open(app);
    await backend.burst(runtime);
    await until(async () => (await backend.alerts()).length === 2);
    backend.clock.advanceMs(minutes(10) + 1);
    await backend.start([
      AlertResponderModule.using({ useFactory: () => new RuntimeCardBlocker(runtime) }),
    ]);
    await until(() => backend.answeredAll());
    expect(await backend.blocks()).toEqual([]);
    expect((await backend.pay(runtime, 'BE')).status).toBe('authorized');
  });
});

describe('imported payments', () => {
  it('raise alerts and never block', async () => {
    const backend = new Backend();
    const { app } = await backend.start([CommandApiModule, StreamProcessorModule, blockingHere]);
    const runtime = await backend.open(app);
    await backend.burst(runtime, SOURCE_IMPORT);
    await until(() => backend.answeredAll());
    expect((await backend.alerts()).map(({ imported }) => imported)).toEqual([true, true]);
    expect(await backend.blocks()).toEqual([]);
    expect((await backend.pay(runtime, 'BE', SOURCE_IMPORT)).status).toBe('authorized');
    await backend.close();
  });
});
