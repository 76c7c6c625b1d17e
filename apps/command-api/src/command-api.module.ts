/**
 * The write side as a Nest module. Needs the platform and `EVENT_LOG` (`EventLogModule`).
 */
import { Module } from '@nestjs/common';
import { CardHistory } from './card/card-history';
import { CardsController } from './card/cards.controller';
import { CommandGateway } from './command/command-gateway';
import { MerchantsController } from './merchant/merchants.controller';
import { PaymentsController } from './payment/payments.controller';
import { COMMAND_RUNTIME } from './runtime/command-runtime.port';
import { CommandRuntimeHost, commandRuntimeProvider } from './runtime/command-runtime-host';

/** Routes of cards, payments and merchants, and the runtime that decides. */
@Module({
  controllers: [CardsController, PaymentsController, MerchantsController],
  providers: [commandRuntimeProvider, CommandRuntimeHost, CommandGateway, CardHistory],
  exports: [COMMAND_RUNTIME],
})
export class CommandApiModule {}
