/**
 * Routes of merchants.
 */
import type { CommandRuntime } from '@millrace/event-sourcing';
import {
  type MerchantRow,
  merchantPath,
  type PutMerchantRequest,
  putMerchantCommand,
  putMerchantRequest,
} from '@millrace/payments';
import { type FastifyReply, type FastifyRequest, Operation, ZodPipe } from '@millrace/platform';
import { Body, Controller, Get, Inject, Param, Put, Query, Req, Res } from '@nestjs/common';
import { z } from 'zod';
import { type CallContext, Called } from '../command/call-context';
import { type Applied, CommandGateway } from '../command/command-gateway';
import { etagOf, isNotModified } from '../command/command-headers';
import { missingMerchant } from '../command/missing-resource';
import { COMMAND_RUNTIME } from '../runtime/command-runtime.port';
import { merchantOperations } from './merchant-operations';
import { merchantView } from './merchant-view';

interface MerchantPath {
  readonly merchantId: string;
}

const inPath = new ZodPipe(merchantPath, 'path');
const noQuery = new ZodPipe(z.strictObject({}), 'query');

/** Puts and reads merchants. */
@Controller('/v1/merchants')
export class MerchantsController {
  constructor(
    @Inject(CommandGateway) private readonly gateway: CommandGateway,
    @Inject(COMMAND_RUNTIME) private readonly runtime: CommandRuntime,
  ) {}

  @Put(':merchantId')
  @Operation(merchantOperations.put)
  put(
    @Called() context: CallContext,
    @Param(inPath) { merchantId }: MerchantPath,
    @Body(new ZodPipe(putMerchantRequest)) body: PutMerchantRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.gateway.answer<MerchantRow>(reply, {
      aggregate: 'merchant',
      aggregateId: merchantId,
      command: putMerchantCommand(body),
      scope: `PUT /v1/merchants/${merchantId}`,
      body,
      context,
      resourceOf: merchantResource,
    });
  }

  @Get(':merchantId')
  @Operation(merchantOperations.read)
  async read(
    @Param(inPath) { merchantId }: MerchantPath,
    @Query(noQuery) _query: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const row = this.runtime.read<MerchantRow>('merchant', merchantId);
    if (row === undefined) throw missingMerchant();
    reply.header('etag', etagOf(row.version));
    if (isNotModified(request.headers, row.version)) await reply.code(304).send();
    else await reply.send(merchantView(row));
  }
}

const merchantResource = (outcome: Applied<MerchantRow>) => {
  const [merchant] = outcome.rows;
  if (merchant === undefined) {
    throw new TypeError('a merchant command was answered without its merchant');
  }
  const created = outcome.kind === 'accepted' && outcome.version === 1;
  const location = `/v1/merchants/${merchant.merchantId}`;
  return { status: created ? 201 : 200, location, body: merchantView(merchant) };
};
