/** Asks a broker which versions of which requests it takes. */
import type Connection = require('kafkajs/src/network/connection');

import { requests } from 'kafkajs/src/protocol/requests';
import { kafkaJsCall } from './api-call';
import { apiKeys } from './api-keys';
import { checkCode } from './protocol-errors';

/** Versions of one request, both inclusive. */
export interface VersionRange {
  readonly min: number;
  readonly max: number;
}

interface ApiVersionsAnswer {
  readonly errorCode: number;
  readonly apiVersions: readonly {
    readonly apiKey: number;
    readonly minVersion: number;
    readonly maxVersion: number;
  }[];
}

const VERSION = 2;

/** Versions that a broker takes, by API key. */
export const apiVersionsCall = kafkaJsCall<ApiVersionsAnswer, ReadonlyMap<number, VersionRange>>({
  name: 'ApiVersions',
  apiKey: apiKeys.apiVersions,
  api: requests['ApiVersions'],
  params: {},
  fromVersion: VERSION,
  read: ({ errorCode, apiVersions }) => {
    checkCode('ApiVersions', errorCode);
    return new Map(
      apiVersions.map(({ apiKey, minVersion, maxVersion }) => [
        apiKey,
        { min: minVersion, max: maxVersion },
      ]),
    );
  },
});

/** @returns by API key */
export const readApiVersions = (
  connection: Connection,
  requestTimeout: number,
): Promise<ReadonlyMap<number, VersionRange>> =>
  connection.send({ ...apiVersionsCall.at(VERSION), requestTimeout, logResponseError: false });
