/**
 * What the routes of merchants promise. The examples are sent in this order by the tests.
 */
import { merchantPath, putMerchantRequest } from '@millrace/payments';
import type { OperationContract } from '@millrace/platform';
import { commandResponse, putHeaders, putProblems } from '../command/command-contract';
import { merchantSchema } from './merchant-view';

const tag = 'merchants';
const path = merchantPath.shape;
const example = { merchantId: 'mer_example' };

/** Contracts of the routes of merchants, by operation. */
export const merchantOperations = {
  put: {
    operationId: 'putMerchant',
    summary: 'Registers a merchant, or changes what is known of it',
    tag,
    path,
    headers: putHeaders,
    body: { name: 'PutMerchant', schema: putMerchantRequest, required: true },
    responses: {
      201: commandResponse('Registered.', 'Merchant', merchantSchema),
      200: commandResponse('Changed, or the same as before.', 'Merchant', merchantSchema),
    },
    problems: putProblems('OCCURRED_AT_IN_FUTURE'),
    examples: {
      register: {
        summary: 'A bookshop',
        path: example,
        body: { name: 'Example Books', category: 'books', mcc: '5942', country: 'BE' },
        status: 201,
      },
      createOnce: {
        summary: 'Refused: it exists already',
        path: example,
        headers: { 'If-None-Match': '*' },
        body: { name: 'Other Books', category: 'books', mcc: '5942', country: 'BE' },
        status: 412,
      },
    },
  },
  read: {
    operationId: 'readMerchant',
    summary: 'The merchant, read from the owner of its lane',
    tag,
    path,
    responses: {
      200: {
        description: 'The merchant.',
        name: 'Merchant',
        schema: merchantSchema,
        headers: { ETag: 'Version of the merchant.' },
      },
      304: { description: 'Not modified since the version in If-None-Match.' },
    },
    problems: ['VALIDATION_FAILED', 'MERCHANT_NOT_FOUND'],
    examples: {
      merchant: { summary: 'The merchant', path: example, status: 200 },
      unknown: { summary: 'No such merchant', path: { merchantId: 'mer_unknown' }, status: 404 },
    },
  },
} as const satisfies Record<string, OperationContract>;
