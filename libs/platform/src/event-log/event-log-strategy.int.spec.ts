import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, type MicroserviceOptions, Payload } from '@nestjs/microservices';
import {
  type Deliver,
  EventLogStrategy,
  type LaneConsumer,
  PassErrorFilter,
} from './event-log-strategy';
import { StrategyWiringError } from './event-log-strategy.errors';

class ListedConsumer implements LaneConsumer {
  readonly happened: string[] = [];
  deliver: Deliver | undefined;

  constructor(
    readonly pattern: string,
    readonly handledBy: 'handler' | 'consumer',
  ) {}

  async start(deliver: Deliver): Promise<void> {
    this.happened.push('started');
    this.deliver = deliver;
  }

  async stop(): Promise<void> {
    this.happened.push('stopped');
  }
}

class PoisonError extends Error {}

const batches: unknown[] = [];

@Controller()
class PaymentsHandler {
  @EventPattern('payments')
  async handle(@Payload() batch: { readonly poison?: boolean }): Promise<void> {
    if (batch.poison === true) throw new PoisonError('cannot be applied');
    batches.push(batch);
  }
}

@Module({ controllers: [PaymentsHandler] })
class PaymentsModule {}

const microservice = async (consumers: readonly LaneConsumer[]) => {
  const strategy = new EventLogStrategy(consumers);
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(PaymentsModule, {
    strategy,
    logger: false,
  });
  app.useGlobalFilters(new PassErrorFilter());
  return { app, strategy };
};

describe('the event-log transport', () => {
  it('starts consumers, hands whole batches to the handler, and stops them', async () => {
    const payments = new ListedConsumer('payments', 'handler');
    const alone = new ListedConsumer('alone', 'consumer');
    const { app } = await microservice([payments, alone]);
    await app.listen();
    await payments.deliver?.({ records: [1, 2, 3] });
    await app.close();
    expect(batches).toEqual([{ records: [1, 2, 3] }]);
    expect([payments.happened, alone.happened]).toEqual([
      ['started', 'stopped'],
      ['started', 'stopped'],
    ]);
  });

  it('gives the consumer the very error of the handler', async () => {
    const payments = new ListedConsumer('payments', 'handler');
    const { app } = await microservice([payments]);
    await app.listen();
    await expect(payments.deliver?.({ poison: true })).rejects.toBeInstanceOf(PoisonError);
    await app.close();
  });

  it.each([
    ['a handler without a consumer', []],
    [
      'a consumer without a handler',
      [new ListedConsumer('payments', 'handler'), new ListedConsumer('other', 'handler')],
    ],
  ])('refuses %s', async (_what, consumers) => {
    const { app, strategy } = await microservice(consumers);
    await app.init();
    const failed = await new Promise((resolve) => void strategy.listen(resolve));
    expect(failed).toBeInstanceOf(StrategyWiringError);
    expect(consumers.flatMap((consumer) => consumer.happened)).toEqual([]);
    await app.close();
  });

  it('stops those that run when one cannot start', async () => {
    const payments = new ListedConsumer('payments', 'handler');
    const broken = new ListedConsumer('broken', 'consumer');
    broken.start = () => Promise.reject(new Error('no'));
    const { app, strategy } = await microservice([payments, broken]);
    await app.init();
    const failed = await new Promise((resolve) => void strategy.listen(resolve));
    expect([String(failed), payments.happened]).toEqual(['Error: no', ['started', 'stopped']]);
    await app.close();
  });
});
