/**
 * One request of Kafka's protocol with the versions that this adapter speaks. kafkajs' codecs are
 * used where they are sound; produce and fetch have their own (`produce-call.ts`, `fetch-call.ts`).
 */
import type { KafkaJsApi, KafkaJsCall } from 'kafkajs/src/protocol/requests';

/** A request with its parameters, ready to be sent in the version that a broker takes. */
export interface ApiCall<T> {
  readonly name: string;
  readonly apiKey: number;
  /** Versions that this call can be sent in, ascending. */
  readonly versions: readonly number[];
  /** How long the broker may keep the request by itself (long polls), ms; added to the timeout. */
  readonly brokerWaitMs?: number;
  at(version: number): KafkaJsCall<T>;
}

/** What {@link kafkaJsCall} is made of. */
export interface KafkaJsCallParts<D extends object, T> {
  readonly name: string;
  readonly apiKey: number;
  readonly api: KafkaJsApi | undefined;
  readonly params: object;
  /** Lowest version whose answer `read` understands. */
  readonly fromVersion: number;
  readonly brokerWaitMs?: number;
  /** From the decoded answer to the result; error codes of the answer are judged here. */
  readonly read: (decoded: D) => T;
}

/** A call with kafkajs' codecs for request and answer, and our own judgement of the answer. */
export const kafkaJsCall = <D extends object, T>(parts: KafkaJsCallParts<D, T>): ApiCall<T> => {
  const { name, apiKey, api, params, fromVersion, brokerWaitMs, read } = parts;
  const versions = (api?.versions ?? []).map(Number).filter((version) => version >= fromVersion);
  return {
    name,
    apiKey,
    versions: versions.sort((a, b) => a - b),
    ...(brokerWaitMs === undefined ? {} : { brokerWaitMs }),
    at: (version) => {
      if (api === undefined) throw new RangeError(`kafkajs has no ${name}`);
      const { request, response } = api.protocol({ version })(params);
      // The shape of an answer is fixed by its version, which `kafkajs-check.ts` pins.
      const parse = async (decoded: object): Promise<T> => read(decoded as D);
      return { request, response: { decode: response.decode, parse } };
    },
  };
};
